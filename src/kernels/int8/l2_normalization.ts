import {
  highMul,
  INT32_MAX,
  multiplyByQuantizedMultiplier,
  type QuantizedMultiplier,
  roundingDivideByPowerOfTwo,
  saturatingShiftLeft,
} from '../../core/fixed-point.ts';
import { clamp } from './requantize.ts';

export interface L2NormalizationInt8 {
  readonly depth: number;
  readonly inputZeroPoint: number;
}

const ONE_Q28 = 1 << 28;
const ONE_AND_A_HALF_Q28 = ONE_Q28 + (1 << 27);
const HALF_SQRT_2_Q31 = 1518500250;
const NEWTON_STEPS = 5;

/** 1 / √x of an integer as a multiplier and a shift: `GetInvSqrtQuantizedMultiplierExp` (lite/kernels/internal/common.h). */
export function inverseSquareRoot(x: number): QuantizedMultiplier {
  if (x <= 1) return { multiplier: INT32_MAX, shift: 0 };
  let rightShift = 11;
  let scaled = x;
  for (; scaled >= 1 << 29; rightShift++) scaled = Math.trunc(scaled / 4);
  const pairs = Math.floor((Math.clz32(scaled) - 1) / 2) - 1;
  rightShift -= pairs;
  scaled <<= 2 * pairs;
  const half = roundingDivideByPowerOfTwo(scaled >> 1, 1);
  let root = ONE_Q28;
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const cube = saturatingShiftLeft(highMul(highMul(root, root), root), 6);
    root = saturatingShiftLeft((highMul(ONE_AND_A_HALF_Q28, root) - highMul(half, cube)) | 0, 3);
  }
  const multiplier = highMul(root, HALF_SQRT_2_Q31);
  return rightShift < 0
    ? { multiplier: multiplier << -rightShift, shift: 0 }
    : { multiplier, shift: -rightShift };
}

/** The output has 2^7 steps to 1. */
const OUTPUT_BITS = 7;

/** Rows of `depth` values to length 1, in steps of 1/128. TFLM `reference_integer_ops::L2Normalization`. */
export function l2NormalizationInt8(p: L2NormalizationInt8): (input: Int8Array, output: Int8Array) => void {
  const { depth, inputZeroPoint } = p;
  return (input, output) => {
    for (let start = 0; start < input.length; start += depth) {
      let sum = 0;
      for (let i = start; i < start + depth; i++) sum = (sum + (input[i] - inputZeroPoint) ** 2) | 0;
      const { multiplier, shift } = inverseSquareRoot(sum);
      for (let i = start; i < start + depth; i++) {
        const centered = input[i] - inputZeroPoint;
        output[i] = clamp(
          multiplyByQuantizedMultiplier(centered, multiplier, shift + OUTPUT_BITS),
          -128,
          127,
        );
      }
    }
  };
}
