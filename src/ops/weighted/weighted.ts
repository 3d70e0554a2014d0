/** What operators with constant weights and a bias share: types, symmetric weights, one multiplier per channel. */

import * as z from 'zod';
import { unsupportedError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { quantizeMultiplier } from '../../core/fixed-point.ts';
import { type DType, elementCount, type Shape, type TensorData, type TensorType } from '../../core/tensor.ts';
import type { ChannelRequantization } from '../../kernels/int8/requantize.ts';
import type { AccumulatorBits, ChannelSums, Int16Bias } from '../../kernels/int16/channel-sums.ts';
import type { SimdPlan } from '../../kernels/simd/simd-plan.ts';
import { requireMultiplier, requirePerTensor, shapeError, unsupportedTypes } from '../conditions.ts';
import { type FusedActivation, quantizedClamp } from '../fused-activation.ts';
import type { ComputedType, ConstantOr } from '../op.ts';

export const weightedOperands = ['input', 'weights', 'bias?'] as const;

/** Input, weights, and a bias if there is one. */
export type WeightedTypes = readonly [TensorType, TensorType, TensorType | undefined];

/** The activations of operators with weights. */
type WeightedType = Extract<ComputedType, 'float32' | 'int8' | 'int16'>;

/** What weights, bias and output may be, by what is computed. */
interface WeightedForm {
  readonly weights: readonly DType[];
  readonly bias: readonly DType[];
  readonly output: readonly DType[];
}

const FLOAT_FORM: WeightedForm = { weights: ['float32'], bias: ['float32'], output: ['float32'] };

/** The types that an operator's kernels take, of which those of the weights of int8 and the biases of int16 differ. */
export function weightedForms(
  int8Weights: readonly DType[],
  int16Biases: readonly DType[],
): Readonly<Record<WeightedType, WeightedForm>> {
  return {
    float32: FLOAT_FORM,
    int8: { weights: int8Weights, bias: ['int32'], output: ['int8'] },
    int16: { weights: ['int8'], bias: int16Biases, output: ['int16'] },
  };
}

const NO_HYBRIDS =
  'TensorFlow Lite Micro has no hybrid operators; convert the Keras or TensorFlow model again, in float32 or int8.';

/** All float32; or integer activations with int8 weights and a wider bias. */
export function requireWeightedTypes(
  [input, weights, bias]: WeightedTypes,
  output: TensorType,
  forms: Readonly<Record<WeightedType, WeightedForm>>,
): void {
  const expected = forms[input.dtype as WeightedType];
  const found = { weights: weights.dtype, bias: bias?.dtype, output: output.dtype };
  for (const name of ['weights', 'bias', 'output'] as const) {
    const type = found[name];
    if (type === undefined || expected[name].includes(type)) continue;
    throw unsupportedTypes(
      `${input.dtype} input with ${type} ${name} cannot be computed`,
      input.dtype === 'float32' ? NO_HYBRIDS : undefined,
    );
  }
}

export function requireBiasLength(bias: Shape | undefined, units: number): void {
  if (bias !== undefined && elementCount(bias) !== units) {
    throw shapeError(`bias has ${counted(elementCount(bias), 'value')} for ${counted(units, 'unit')}`);
  }
}

/** If there are several scales, one for each index along `axis`. */
export function requireScalesAlong({ quant, shape }: TensorType, axis: number): void {
  if (quant?.scheme === 'per-axis' && (quant.axis !== axis || quant.scales.length !== shape[axis])) {
    throw unsupportedError(
      'unsupported-quantization',
      `weights have ${counted(quant.scales.length, 'scale')} along axis ${quant.axis} for ${counted(shape[axis], 'unit')}`,
    );
  }
}

/** Zero points of 0, and if there are several scales one for each index along `axis`. */
export function requireSymmetricWeights(weights: TensorType, axis: number): void {
  requireScalesAlong(weights, axis);
  const { quant } = weights;
  if (quant?.scheme === 'per-tensor' && quant.zeroPoint !== 0) {
    throw unsupportedError(
      'unsupported-quantization',
      `weights have zero point ${quant.zeroPoint}; TensorFlow Lite Micro computes symmetric weights only`,
    );
  }
}

/** TFLM takes these in doubles, those of a single scale too (`PopulateConvolutionQuantizationParams`). */
function channelMultipliers([input, weights]: WeightedTypes, output: TensorType, axis: number): number[] {
  const inputScale = requirePerTensor('the input', input).scale;
  const outputScale = requirePerTensor('the output', output).scale;
  const { quant } = weights;
  const scales =
    quant?.scheme === 'per-axis'
      ? Array.from(quant.scales)
      : new Array<number>(weights.shape[axis]).fill(requirePerTensor('the weights', weights).scale);
  return scales.map((scale) => (inputScale * scale) / outputScale);
}

/** How wide TFLM's accumulator is where int16 activations have no bias, whose type it has otherwise. */
export const accumulatorSchema = z.literal('int32').optional();

/** What TFLM refuses of the scales of a convolution with output channels along `axis` of its weights. */
export function checkConvolutionInt8(types: WeightedTypes, output: TensorType, axis: number): void {
  requireSymmetricWeights(types[1], axis);
  for (const real of channelMultipliers(types, output, axis)) requireMultiplier(real);
}

export function prepareChannels(
  activation: FusedActivation,
  types: WeightedTypes,
  output: TensorType,
  axis: number,
): ChannelRequantization & { readonly inputZeroPoint: number } {
  const quantized = channelMultipliers(types, output, axis).map(quantizeMultiplier);
  const outputQuant = requirePerTensor('the output', output);
  const { min, max } = quantizedClamp(activation, 'int8', outputQuant);
  return {
    inputZeroPoint: requirePerTensor('the input', types[0]).zeroPoint,
    multipliers: quantized.map(({ multiplier }) => multiplier),
    shifts: quantized.map(({ shift }) => shift),
    outputZeroPoint: outputQuant.zeroPoint,
    clampMin: min,
    clampMax: max,
  };
}

/** int64 unless the bias, or the file in its place, says int32. */
export function accumulatorBits(bias: TensorType | undefined, without: 'int32' | undefined): AccumulatorBits {
  return (bias?.dtype ?? without) === 'int32' ? 32 : 64;
}

const LARGEST_WIDE_SHIFT = 7;

/** The factor from the scales of int16 inputs to the output's, of which TFLM asserts a limit for sums of 64 bits. */
export function requireInt16Multiplier(real: number, bits: AccumulatorBits): void {
  if (bits === 64 && quantizeMultiplier(real).shift > LARGEST_WIDE_SHIFT) {
    throw unsupportedError(
      'scale-ratio',
      `the input scales are ${real.toPrecision(3)} times the output scale, where TensorFlow Lite Micro multiplies int16 by less than 128 only`,
    );
  }
  requireMultiplier(real);
}

/** What TFLM refuses of the scales of a convolution of int16 activations. */
export function checkConvolutionInt16(
  types: WeightedTypes,
  output: TensorType,
  axis: number,
  bits: AccumulatorBits,
): void {
  requireSymmetricWeights(types[1], axis);
  for (const real of channelMultipliers(types, output, axis)) requireInt16Multiplier(real, bits);
}

/** TFLM's convolutions of int16 pass over the zero points, but for that of the output in the limits of an activation. */
export function prepareInt16Channels(
  activation: FusedActivation,
  types: WeightedTypes,
  output: TensorType,
  axis: number,
  bits: AccumulatorBits,
): ChannelSums {
  const quantized = channelMultipliers(types, output, axis).map(quantizeMultiplier);
  const { min, max } = quantizedClamp(activation, 'int16', requirePerTensor('the output', output));
  return {
    multipliers: quantized.map(({ multiplier }) => multiplier),
    shifts: quantized.map(({ shift }) => shift),
    outputZeroPoint: 0,
    clampMin: min,
    clampMax: max,
    accumulatorBits: bits,
  };
}

/** The loop of an operator with weights. */
export function weightedLoop<Data extends TensorData, Weights extends TensorData, Bias extends TensorData>(
  product: (input: Data, weights: Weights, bias: Bias | undefined, output: Data) => void,
) {
  return {
    run([input, weights, bias]: readonly [Data, Weights, Bias | undefined], [output]: readonly [Data]): void {
      product(input, weights, bias, output);
    },
  };
}

/** The plan of a computed input with constant weights and bias, which a plan keeps in an order of its own. */
export function planConstantWeights<Data, Weights, Bias>(
  [input, weights, bias]: readonly [ConstantOr<Data>, ConstantOr<Weights>, ConstantOr<Bias> | undefined],
  plan: (weights: Weights, bias: Bias | undefined) => SimdPlan | undefined,
): SimdPlan | undefined {
  if (input !== 'computed' || weights === 'computed' || bias === 'computed') return undefined;
  return plan(weights, bias);
}

export type FloatWeightedOperands = Parameters<
  typeof planConstantWeights<Float32Array, Float32Array, Float32Array>
>[0];
export type Int8WeightedOperands = Parameters<
  typeof planConstantWeights<Int8Array, Int8Array, Int32Array>
>[0];
export type Int16WeightedOperands = Parameters<
  typeof planConstantWeights<Int16Array, Int8Array, Int16Bias>
>[0];
