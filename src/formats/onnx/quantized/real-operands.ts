/**
 * Integers of an ONNX file as real numbers and back. Operators on quantized tensors are those on real ones, between a DEQUANTIZE
 * and a QUANTIZE: so a file is read the same whichever of its two ways of writing it has, and computes what the file says.
 * `passes/simulated/` makes scales of tensors of these.
 */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { type PerTensorQuant, perTensor, sameQuant } from '../../../core/quant-params.ts';
import { allocate, type DType, QUANTIZED_LIMITS } from '../../../core/tensor.ts';
import { type Computed, isKnown, type Known, type Operand } from '../../lowering/graph-writer.ts';
import type { OnnxNode } from '../node.ts';
import {
  type IntegerScales,
  integerScales,
  type ScaleLayout,
  scaleIndex,
  sharedScale,
} from './integer-scales.ts';

/** Of operands whose scale is one by definition; of more, the last axis would have them. */
const ONE_SCALE: ScaleLayout = { axis: -1 };

/** How far the integers of uint8 lie above those of int8 that stand for the same. */
const UNSIGNED_OFFSET = 128;

/** Integers that activations have in files. */
type ActivationDType = 'int8' | 'uint8' | 'int16';

const LIMITS: Readonly<Record<ActivationDType, { readonly min: number; readonly max: number }>> = {
  ...QUANTIZED_LIMITS,
  uint8: { min: 0, max: 255 },
};

function isActivationDType(dtype: DType): dtype is ActivationDType {
  return Object.hasOwn(LIMITS, dtype);
}

function asInt8({ scale, zeroPoint }: PerTensorQuant): PerTensorQuant {
  return perTensor(scale, zeroPoint - UNSIGNED_OFFSET);
}

/** Known integers are weights and biases, and may have a scale for each channel or block. */
export function realConstant(
  node: OnnxNode,
  part: string,
  { type, data }: Known,
  given: IntegerScales,
  layout: ScaleLayout,
): Operand {
  const indexOf = scaleIndex(type.shape, given, layout);
  node.spend(type);
  const real = new Float32Array(data.length);
  for (let element = 0; element < data.length; element++) {
    const index = indexOf(element);
    real[element] = (Number(data[element]) - given.zeroPoints[index]) * Math.fround(given.scales[index]);
  }
  return node.constant(part, type.shape, real);
}

/** Integers of the graph with what they stand for: as they were made, or of an input as this node says. */
function withScale(node: OnnxNode, operand: Computed, quant: PerTensorQuant): Computed {
  const { type } = operand;
  if (sameQuant(type.quant, quant)) return operand;
  if (type.quant !== undefined) {
    throw unsupportedError(
      'unsupported-quantization',
      `it reads integers with scale ${quant.scale} and zero point ${quant.zeroPoint}, and they were made with others.`,
      'Quantize the model again.',
    );
  }
  const declared = node.declared(operand, quant);
  if (declared !== undefined) return declared;
  throw unsupportedError(
    'unsupported-quantization',
    `it reads integers of ${type.dtype} that no QuantizeLinear made with its scale.`,
    'Export the model with quantized activations from QuantizeLinear, or with float32 inputs.',
  );
}

function realActivation(node: OnnxNode, part: string, operand: Computed, quant: PerTensorQuant): Operand {
  const { dtype } = operand.type;
  if (!isActivationDType(dtype)) {
    throw unsupportedError(
      'unsupported-type',
      `it reads activations of ${dtype}, and TensorFlow Lite Micro makes real numbers of int8, uint8 and int16.`,
      'Quantize activations to int8 or uint8.',
    );
  }
  const scaled = withScale(node, operand, quant);
  const signed = dtype === 'uint8' ? node.quantize(`${part}/int8`, scaled, 'int8', asInt8(quant)) : scaled;
  return node.add('dequantize', part, {}, [signed], 'float32');
}

/** The real numbers of the input at a position, by the scale and the zero point behind it. */
export function realOf(
  node: OnnxNode,
  part: string,
  input: number,
  layout: ScaleLayout = ONE_SCALE,
): Operand {
  const operand = node.input(input);
  const given = integerScales(node, input + 1, input + 2);
  return isKnown(operand)
    ? realConstant(node, part, operand, given, layout)
    : realActivation(node, part, operand, sharedScale(given));
}

/** Computed integers that carry their own scale. */
export function ownReal(node: OnnxNode, part: string, operand: Computed): Operand {
  const { quant } = operand.type;
  if (quant?.scheme === 'per-tensor') return realActivation(node, part, operand, quant);
  throw inputError('onnx-scale', 'it reads integers without a scale.');
}

/** Half to even, as QuantizeLinear rounds. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

function integerConstant(
  node: OnnxNode,
  real: Known,
  dtype: ActivationDType,
  given: IntegerScales,
  layout: ScaleLayout,
): Operand {
  const { min, max } = LIMITS[dtype];
  const indexOf = scaleIndex(real.type.shape, given, layout);
  node.spend(real.type);
  const data = allocate(dtype, real.data.length);
  for (const [element, value] of real.data.entries()) {
    const index = indexOf(element);
    const steps = roundHalfEven(Math.fround(Number(value) / Math.fround(given.scales[index])));
    data[element] = Math.min(max, Math.max(min, steps + given.zeroPoints[index]));
  }
  return { name: node.name, type: { dtype, shape: real.type.shape }, data };
}

/** Computed real numbers as integers of the type and scale that a file says. */
export function quantizedTo(node: OnnxNode, real: Computed, dtype: DType, quant: PerTensorQuant): Computed {
  switch (dtype) {
    case 'int8':
    case 'int16':
      return node.quantize('', real, dtype, quant);
    case 'uint8':
      return node.quantize('', node.quantize('int8', real, 'int8', asInt8(quant)), 'uint8', quant);
    default:
      throw unsupportedError(
        'unsupported-type',
        `it makes activations of ${dtype}, and TensorFlow Lite Micro has int8 and int16.`,
        'Quantize activations to int8 or uint8.',
      );
  }
}

/** Where the scales of integers that are made lie, and of what type these are where no zero point says it. */
export interface IntegersWanted {
  /** The position of the scale among the inputs; the zero point is behind it. */
  readonly scale: number;
  readonly otherwise: DType;
  readonly layout?: ScaleLayout;
}

export function integersOf(
  node: OnnxNode,
  real: Operand,
  { scale, otherwise, layout = ONE_SCALE }: IntegersWanted,
): Operand {
  const given = integerScales(node, scale, scale + 1);
  const dtype = given.dtype ?? otherwise;
  if (!isKnown(real)) return quantizedTo(node, real, dtype, sharedScale(given));
  if (isActivationDType(dtype)) return integerConstant(node, real, dtype, given, layout);
  throw unsupportedError('unsupported-type', `it makes integers of ${dtype}.`, 'Quantize to int8 or uint8.');
}
