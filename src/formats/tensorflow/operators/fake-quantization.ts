/**
 * FakeQuant: numbers rounded to steps while a network is trained for integers. Constants are rounded at once, what is computed goes
 * through a QUANTIZE and a DEQUANTIZE with the steps of the file, which `passes/simulated/` makes scales of tensors of. Ranges are
 * nudged until 0 is a step, as TensorFlow does (core/kernels/fake_quant_ops_functor.h, Nudge).
 */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { perTensor } from '../../../core/quant-params.ts';
import { clamp } from '../../lowering/functions.ts';
import { isKnown, type Known, type Operand } from '../../lowering/graph-writer.ts';
import type { LowerTensorFlow, TensorFlowNode, TensorFlowOperators } from '../node.ts';

/** Of the integers of int8. */
const BITS = 8;
const SIGNED_OFFSET = 2 ** (BITS - 1);

/** A range of real numbers as steps of unsigned integers: real = scale · (step − zeroPoint), in float32. */
interface Steps {
  readonly scale: number;
  readonly zeroPoint: number;
  readonly least: number;
  readonly most: number;
}

function stepsOf(node: TensorFlowNode, min: number, max: number): Steps {
  const bits = node.integer('num_bits', BITS);
  if (bits < 2 || bits > BITS) {
    throw unsupportedError(
      'unsupported-quantization',
      `it rounds to ${bits} bits, and int8 has ${BITS}.`,
      'Train the model with 8 bits, or convert one without it with "--int16x8".',
    );
  }
  if (!(min <= 0 && max >= 0 && min < max && Number.isFinite(max - min))) {
    throw inputError(
      'tensorflow-range',
      `it rounds numbers from ${min} to ${max}, a range in which 0 must be.`,
      'Train the model until its ranges are set, and save it again.',
    );
  }
  const [least, most] = [node.flag('narrow_range') ? 1 : 0, 2 ** bits - 1];
  const scale = Math.fround(Math.fround(max - min) / (most - least));
  const zeroPoint = Math.min(
    most,
    Math.max(least, Math.round(Math.fround(least - Math.fround(min / scale)))),
  );
  return { scale, zeroPoint, least, most };
}

function rounded(value: number, { scale, zeroPoint, least, most }: Steps): number {
  const step = Math.floor(value / scale + 0.5) + zeroPoint;
  return (Math.min(most, Math.max(least, step)) - zeroPoint) * scale;
}

/** Several ranges lie along the last axis. */
function roundedConstant(node: TensorFlowNode, { type, data }: Known, ranges: readonly Steps[]): Operand {
  if (ranges.length > 1 && ranges.length !== type.shape.at(-1)) {
    throw inputError(
      'operation-shape',
      `it has ${counted(ranges.length, 'range')} for ${type.shape.at(-1) ?? 1} channels.`,
    );
  }
  node.spend(type);
  const real = Float32Array.from(data as Float32Array, (value, at) =>
    rounded(value, ranges[at % ranges.length]),
  );
  return node.constant('', type.shape, real);
}

/** Where int8 has more steps than the range, what lies beyond is cut off before. */
function roundedActivation(node: TensorFlowNode, operand: Operand, steps: Steps): Operand {
  const { scale, zeroPoint, least, most } = steps;
  const all = least === 0 && most === 2 ** BITS - 1;
  const real = (step: number): number => Math.fround((step - zeroPoint) * scale);
  const within = all ? operand : clamp(real(least), real(most))(node, 'range', operand);
  if (isKnown(within)) return roundedConstant(node, within, [steps]);
  const integers = node.quantize('int8', within, 'int8', perTensor(scale, zeroPoint - SIGNED_OFFSET));
  return node.add('dequantize', '', {}, [integers], 'float32');
}

function roundedTo(node: TensorFlowNode, ranges: readonly Steps[]): Operand {
  const operand = node.input(0);
  if (isKnown(operand)) return roundedConstant(node, operand, ranges);
  const [steps, another] = ranges;
  if (another === undefined) return roundedActivation(node, operand, steps);
  throw unsupportedError(
    'unsupported-quantization',
    `it rounds activations with ${ranges.length} scales, and TensorFlow Lite Micro has one for each tensor.`,
    'Train the model with one range for each activation; weights may have one for each channel.',
  );
}

const ofAttributes: LowerTensorFlow = (node) =>
  roundedTo(node, [stepsOf(node, node.float('min', -6), node.float('max', 6))]);

const ofOperands: LowerTensorFlow = (node) => {
  const [least, most] = [node.numbers(1, 'least value') ?? [], node.numbers(2, 'most value') ?? []];
  if (least.length === 0 || least.length !== most.length)
    throw inputError('operation-shape', `it has ${least.length} least and ${most.length} most values.`);
  return roundedTo(
    node,
    least.map((min, index) => stepsOf(node, min, most[index])),
  );
};

export const FAKE_QUANTIZATIONS: TensorFlowOperators = {
  FakeQuantWithMinMaxArgs: ofAttributes,
  FakeQuantWithMinMaxVars: ofOperands,
  FakeQuantWithMinMaxVarsPerChannel: ofOperands,
};
