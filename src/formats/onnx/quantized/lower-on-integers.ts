/**
 * Operators that take tensors of integers with a scale as they are, since they only move or compare elements: what comes out has the
 * scale of what goes in.
 */

import { unsupportedError } from '../../../core/errors.ts';
import { type PerTensorQuant, sameQuant } from '../../../core/quant-params.ts';
import type { DType } from '../../../core/tensor.ts';
import { type Computed, isKnown, type Operand } from '../../lowering/graph-writer.ts';
import type { LowerOnnx, OnnxNode } from '../node.ts';
import { MICROSOFT, QUANTIZATIONS } from '../operators/quantization.ts';
import { ownReal, quantizedTo, realConstant } from './real-operands.ts';

const MOVING: ReadonlySet<string> = new Set([
  'Clip',
  'Concat',
  'DepthToSpace',
  'Expand',
  'Flatten',
  'Gather',
  'GlobalMaxPool',
  'Identity',
  'Max',
  'MaxPool',
  'Min',
  'Pad',
  'ReduceMax',
  'ReduceMin',
  'Reshape',
  'Slice',
  'SpaceToDepth',
  'Split',
  'Squeeze',
  'Tile',
  'Transpose',
  'Unsqueeze',
  'Where',
]);

function isScaled(operand: Operand | undefined): operand is Computed {
  return operand !== undefined && !isKnown(operand) && operand.type.quant !== undefined;
}

function takesIntegers({ operator }: OnnxNode): boolean {
  return Object.hasOwn(QUANTIZATIONS, operator) || Object.hasOwn(MICROSOFT, operator);
}

/** The type and the scale that all operands of integers have. */
function sharedInteger(
  node: OnnxNode,
  scaled: readonly Computed[],
): { readonly dtype: DType; readonly quant: PerTensorQuant } {
  const [{ type }] = scaled;
  const { dtype, quant } = type;
  if (!MOVING.has(node.operator)) {
    throw unsupportedError(
      'unsupported-quantization',
      `it computes with ${dtype} that stand for real numbers, and says no scale of them.`,
      'Quantize the model in QDQ form, where operators are between DequantizeLinear and QuantizeLinear.',
    );
  }
  if (quant?.scheme !== 'per-tensor' || !scaled.every((one) => sameQuant(one.type.quant, quant))) {
    throw unsupportedError(
      'unsupported-quantization',
      'its operands are integers of different scales.',
      'Quantize the model in QDQ form, where operators are between DequantizeLinear and QuantizeLinear.',
    );
  }
  return { dtype, quant };
}

function requirePadding(node: OnnxNode, { zeroPoint }: PerTensorQuant): void {
  if (node.operator !== 'Pad' || node.inputs[2] !== undefined || zeroPoint === 0) return;
  if (node.text('mode', 'constant') !== 'constant') return;
  throw unsupportedError(
    'unsupported-quantization',
    `it pads with the integer 0, which stands for no zero where the zero point is ${zeroPoint}.`,
    'Pad with the zero point.',
  );
}

/** All outputs of a node. Operators on integers with a scale are those on real numbers, whose results are integers of it again. */
export function lowerOnIntegers(lower: LowerOnnx, node: OnnxNode): readonly (Operand | undefined)[] {
  const scaled = node.inputs.filter(isScaled);
  if (scaled.length === 0 || takesIntegers(node)) return all(lower(node));
  const { dtype, quant } = sharedInteger(node, scaled);
  requirePadding(node, quant);
  const scales = {
    shape: [],
    scales: [quant.scale],
    zeroPoints: [quant.zeroPoint],
    dtype,
  };
  const inputs = node.inputs.map((operand, position) => {
    if (isScaled(operand)) return ownReal(node, `real_${position}`, operand);
    return operand !== undefined && isKnown(operand) && operand.type.dtype === dtype
      ? realConstant(node, `real_${position}`, operand, scales, { axis: -1 })
      : operand;
  });
  return all(lower(node.withInputs(inputs))).map((result) =>
    result === undefined || isKnown(result) || result.type.dtype !== 'float32'
      ? result
      : quantizedTo(node, result, dtype, quant),
  );
}

function all(lowered: Operand | readonly (Operand | undefined)[]): readonly (Operand | undefined)[] {
  return 'type' in lowered ? [lowered] : lowered;
}
