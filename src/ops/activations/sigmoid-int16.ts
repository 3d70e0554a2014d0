/** What logistic and tanh share in int16: how a value becomes a place among the points of the sigmoid's table. */

import { unsupportedError } from '../../core/errors.ts';
import type { TensorType } from '../../core/tensor.ts';
import { argumentOfPower, type Int16Argument } from '../../kernels/int16/sigmoid.ts';
import { requirePerTensor } from '../conditions.ts';
import { checkSymmetricUnary, valueKernel } from '../unary.ts';

const f = Math.fround;
const PER_DOUBLING = f(1 / f(Math.log(2)));
const LARGEST_MULTIPLIER = 32767;
const LARGEST_SHIFT = 31;

/** `CheckedLog2`, in float32: the whole power of 2 that the scale is, to a thousandth of a doubling; else undefined. */
function powerOf(scale: number): number | undefined {
  const power = f(f(Math.log(scale)) * PER_DOUBLING);
  const rounded = Math.round(power);
  return Math.abs(f(power - rounded)) < f(1e-3) ? rounded : undefined;
}

/** 3 · 2^12 · scale as an integer of 15 bits and a shift. */
function scaledArgument(scale: number): Int16Argument {
  let multiplier = scale * 4096 * 3;
  let rightShift = 0;
  while (multiplier <= LARGEST_MULTIPLIER / 2 && rightShift < LARGEST_SHIFT) {
    rightShift++;
    multiplier *= 2;
  }
  return { multiplier: Math.trunc(multiplier), rightShift };
}

/** TFLM `LogisticPrepare` and `TanhPrepare`. Scales of 2^power need no rounding where power is one of `exactPowers`. */
function int16Argument(input: TensorType, exactPowers: readonly number[]): Int16Argument {
  const { scale } = requirePerTensor('the input', input);
  const power = powerOf(scale);
  return power !== undefined && exactPowers.includes(power) ? argumentOfPower(power) : scaledArgument(scale);
}

/** TFLM asserts a multiplier of 15 bits, and takes one of 0 for another case. */
function checkInt16Argument(
  attributes: unknown,
  [input]: readonly [TensorType],
  outputs: readonly TensorType[],
): void {
  checkSymmetricUnary(attributes, [input], outputs);
  const { multiplier } = scaledArgument(requirePerTensor('the input', input).scale);
  if (multiplier > 0 && multiplier <= LARGEST_MULTIPLIER) return;
  throw unsupportedError(
    'input-scale',
    `the input scale is too ${multiplier === 0 ? 'small' : 'large'} for the table of the sigmoid`,
  );
}

/** Of a function that looks up the sigmoid's table; `exactPowers` as TFLM has them for it. */
export function sigmoidTableKernel(
  exactPowers: readonly number[],
  value: (prepared: Int16Argument, input: number) => number,
) {
  return {
    check: checkInt16Argument,
    ...valueKernel((input) => int16Argument(input, exactPowers), value),
  };
}
