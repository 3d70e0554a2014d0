import {
  expOnNegativeValues,
  highMul,
  INT32_MIN,
  multiplyByQuantizedMultiplier,
  oneOverOnePlus,
  type QuantizedMultiplier,
  roundingDivideByPowerOfTwo,
  saturatingShiftLeft,
} from '../../core/fixed-point.ts';
import { clamp } from './requantize.ts';

export interface LogSoftmaxInt8 {
  readonly depth: number;
  /** From differences of the input to Q5.26. */
  readonly scaling: QuantizedMultiplier;
  /** And back. */
  readonly reverseScaling: QuantizedMultiplier;
  /** Differences to the row's maximum below this contribute nothing. */
  readonly minDifference: number;
}

const INPUT_INTEGER_BITS = 5;
const ACCUMULATOR_INTEGER_BITS = 12;
const OUTPUT_INTEGER_BITS = 4;

const LOG_2 = 1488522236;
const FOURTH_ROOT_OF_HALF = 1805811301;
const ROOT_OF_HALF = 1518500250;
const ALPHA_N = 117049297;
const ALPHA_D = 127690142;
const ALPHA_I = 1057819769;
const ALPHA_F = 638450708;
/** Q6.25, one bit more than the result has. */
const INTERNAL_INTEGER_BITS = INPUT_INTEGER_BITS + 1;
const QUARTER_Q6 = 1 << (29 - INTERNAL_INTEGER_BITS);

/** Half of the sum, away from zero: gemmlowp `RoundingHalfSum`. */
function halfSum(a: number, b: number): number {
  const sum = a + b;
  return Math.trunc((sum + (sum >= 0 ? 1 : -1)) / 2);
}

/** How often 2 goes into a number, in Q6.25, from the zeros in front of it. */
function powerOfTwo(leadingZeros: number): number {
  return saturatingShiftLeft(ACCUMULATOR_INTEGER_BITS - leadingZeros, 31 - INTERNAL_INTEGER_BITS);
}

/** log(x) of x ≥ 1 in Q12.19, in Q5.26: `log_x_for_x_greater_than_or_equal_to_1` (lite/kernels/internal/common.h). */
function logOfAccumulator(x: number): number {
  const zeros = Math.clz32(x);
  const upper = saturatingShiftLeft(highMul(saturatingShiftLeft(x, zeros - 1), ROOT_OF_HALF), 1);
  const lowerHeadroom = Math.clz32(highMul(x, ROOT_OF_HALF)) - 1;
  const lower = saturatingShiftLeft(x, lowerHeadroom);
  const r = Math.min(upper, lower);
  const power = Math.max(powerOfTwo(zeros) + QUARTER_Q6, powerOfTwo(lowerHeadroom) - QUARTER_Q6);

  const p = halfSum(r, FOURTH_ROOT_OF_HALF);
  const q = (2 * (r - FOURTH_ROOT_OF_HALF)) | 0;
  const square = highMul(q, q);
  const numerator = (highMul(q, r) + highMul(highMul(q, square), ALPHA_N)) | 0;
  const sum = (ALPHA_I + q + highMul(ALPHA_D, square)) | 0;
  const denominator = (highMul(p, sum) + highMul(ALPHA_F, q)) | 0;
  const fraction = highMul(
    roundingDivideByPowerOfTwo(numerator, INTERNAL_INTEGER_BITS),
    oneOverOnePlus(denominator),
  );
  return saturatingShiftLeft((highMul(power, LOG_2) + fraction) | 0, 1);
}

/** Log-softmax over the last axis, output scale 1/16 and zero point 127. TFLM `reference_ops::LogSoftmaxQuantized`. */
export function logSoftmaxInt8(p: LogSoftmaxInt8): (input: Int8Array, output: Int8Array) => void {
  const { depth, scaling, reverseScaling, minDifference } = p;
  const toQ5 = (difference: number): number =>
    multiplyByQuantizedMultiplier(difference, scaling.multiplier, scaling.shift);
  return (input, output) => {
    for (let start = 0; start < input.length; start += depth) {
      const end = start + depth;
      let max = -128;
      for (let i = start; i < end; i++) max = Math.max(max, input[i]);
      let sum = 0;
      for (let i = start; i < end; i++) {
        if (input[i] - max < minDifference) continue;
        const exp = expOnNegativeValues(toQ5(input[i] - max), INPUT_INTEGER_BITS);
        sum = (sum + roundingDivideByPowerOfTwo(exp, ACCUMULATOR_INTEGER_BITS)) | 0;
      }
      const logSum = logOfAccumulator(sum);
      const lowest = multiplyByQuantizedMultiplier(
        (logSum + INT32_MIN) | 0,
        reverseScaling.multiplier,
        reverseScaling.shift,
      );
      const least = Math.max(minDifference - 1, lowest);
      for (let i = start; i < end; i++) {
        const difference = input[i] - max;
        const logarithm = roundingDivideByPowerOfTwo(
          (toQ5(difference) - logSum) | 0,
          31 - INPUT_INTEGER_BITS - OUTPUT_INTEGER_BITS,
        );
        output[i] = difference > least ? clamp(logarithm + 127, -128, 127) : -128;
      }
    }
  };
}
