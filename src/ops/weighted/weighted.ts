/** What operators with constant weights and a bias share: types, symmetric weights, one multiplier per channel. */

import { unsupportedError } from '../../core/errors.ts';
import { quantizeMultiplier } from '../../core/fixed-point.ts';
import { elementCount, type Shape, type TensorType } from '../../core/tensor.ts';
import type { ChannelRequantization } from '../../kernels/int8/requantize.ts';
import type { SimdPlan } from '../../kernels/simd/simd-plan.ts';
import {
  requireDType,
  requireMultiplier,
  requirePerTensor,
  shapeError,
  unsupportedTypes,
} from '../conditions.ts';
import { type FusedActivation, int8Clamp } from '../fused-activation.ts';
import type { ConstantOr } from '../op.ts';

export const weightedOperands = ['input', 'weights', 'bias?'] as const;

/** Input, weights, and a bias if there is one. */
export type WeightedTypes = readonly [TensorType, TensorType, TensorType | undefined];

/** All float32; or int8 with int8 weights and an int32 bias. */
export function requireWeightedTypes([input, weights, bias]: WeightedTypes, output: TensorType): void {
  requireDType('the input', input, 'float32', 'int8');
  const types = [weights.dtype, bias?.dtype, output.dtype];
  const expected = input.dtype === 'float32' ? ['float32', 'float32', 'float32'] : ['int8', 'int32', 'int8'];
  const names = ['weights', 'bias', 'output'];
  for (const [index, type] of types.entries()) {
    if (type !== undefined && type !== expected[index]) {
      throw unsupportedTypes(
        `${input.dtype} input with ${type} ${names[index]} cannot be computed`,
        input.dtype === 'float32'
          ? 'TensorFlow Lite Micro has no hybrid operators; quantize completely with "tinyml convert --int8".'
          : undefined,
      );
    }
  }
}

export function requireBiasLength(bias: Shape | undefined, units: number): void {
  if (bias !== undefined && elementCount(bias) !== units) {
    throw shapeError(`bias has ${elementCount(bias)} values for ${units} units`);
  }
}

/** Zero points of 0, and if there are several scales one for each index along `axis`. */
export function requireSymmetricWeights({ quant, shape }: TensorType, axis: number): void {
  if (quant?.scheme === 'per-axis' && (quant.axis !== axis || quant.scales.length !== shape[axis])) {
    throw unsupportedError(
      'unsupported-quantization',
      `weights have ${quant.scales.length} scales along axis ${quant.axis} for ${shape[axis]} units`,
    );
  }
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

/** What TFLM refuses of the types and scales of a convolution with output channels along `axis` of its weights. */
export function checkConvolution(types: WeightedTypes, output: TensorType, axis: number): void {
  requireWeightedTypes(types, output);
  if (types[0].dtype !== 'int8') return;
  requireSymmetricWeights(types[1], axis);
  for (const real of channelMultipliers(types, output, axis)) requireMultiplier(real);
}

export function prepareChannels(
  activation: FusedActivation,
  types: WeightedTypes,
  output: TensorType,
  axis: number,
): ChannelRequantization & { readonly inputZeroPoint: number; readonly sums: Int32Array } {
  const quantized = channelMultipliers(types, output, axis).map(quantizeMultiplier);
  const outputQuant = requirePerTensor('the output', output);
  const { min, max } = int8Clamp(activation, outputQuant);
  return {
    inputZeroPoint: requirePerTensor('the input', types[0]).zeroPoint,
    multipliers: Int32Array.from(quantized, ({ multiplier }) => multiplier),
    shifts: Int32Array.from(quantized, ({ shift }) => shift),
    outputZeroPoint: outputQuant.zeroPoint,
    clampMin: min,
    clampMax: max,
    sums: new Int32Array(quantized.length),
  };
}

/** The arrays that the float and the int8 kernel of an operator with weights are given. */
export type FloatWeighted = readonly [Float32Array, Float32Array, Float32Array | undefined];
export type Int8Weighted = readonly [Int8Array, Int8Array, Int32Array | undefined];

/** The plan of a computed input with constant weights and bias, which a plan keeps in an order of its own. */
export function planConstantWeights<Weights, Bias>(
  [input, weights, bias]: readonly [ConstantOr<Weights>, ConstantOr<Weights>, ConstantOr<Bias> | undefined],
  plan: (weights: Weights, bias: Bias | undefined) => SimdPlan | undefined,
): SimdPlan | undefined {
  if (input !== 'computed' || weights === 'computed' || bias === 'computed') return undefined;
  return plan(weights, bias);
}

export type FloatWeightedOperands = Parameters<typeof planConstantWeights<Float32Array, Float32Array>>[0];
export type Int8WeightedOperands = Parameters<typeof planConstantWeights<Int8Array, Int32Array>>[0];
