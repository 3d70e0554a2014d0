/**
 * How fine the steps of an output may be. Where calibration saw (nearly) nothing but zero, the range alone would make them so
 * fine that TFLM refuses the file (FULLY_CONNECTED, `GetQuantizedConvolutionMultipler`: the product of two float32 scales is
 * farther than 2 % of a step from the one that the bias has; ADD: the multiplier is not below 1), or that its 32-bit
 * arithmetic wraps around as soon as anything else comes. What an operator adds up are multiples of its inputs' steps, and
 * parts of those tell nothing.
 */

import type { OpKind } from '../../ops/index.ts';

/** Into how many parts an output may divide the steps of what was added up; more are too many for HARD_SWISH. */
const FINEST = 64;

const largest = (scales: readonly number[]): number => Math.max(...scales);

/** The steps in which these operators, which are linear or nearly so, compute from inputs of such scales. */
const STEP_OF: { readonly [Kind in OpKind]?: (scales: readonly number[]) => number } = {
  add: largest,
  sub: largest,
  add_n: largest,
  mul: (scales) => scales.reduce((product, scale) => product * scale, 1),
  squared_difference: (scales) => largest(scales) ** 2,
  mean: largest,
  sum: largest,
  relu: largest,
  leaky_relu: largest,
  prelu: ([input, slopes]) => Math.max(input, input * slopes),
  hard_swish: largest,
  fully_connected: ([input, weights]) => input * weights,
  conv_2d: ([input, weights]) => input * weights,
  depthwise_conv_2d: ([input, weights]) => input * weights,
  transpose_conv: ([input, weights]) => input * weights,
};

/** The least scale of the output; `scales`: of the operands in order, the largest of each. */
export function leastScale(kind: OpKind, scales: readonly number[]): number {
  const step = STEP_OF[kind]?.(scales);
  return step === undefined ? 0 : step / FINEST;
}
