import {
  expOnNegativeValues,
  highMul,
  oneOverOnePlus,
  roundingDivideByPowerOfTwo,
} from '../../core/fixed-point.ts';
import { clamp } from './requantize.ts';

export interface SoftmaxInt8 {
  readonly depth: number;
  readonly outputBits: 8 | 16;
  readonly multiplier: number;
  readonly leftShift: number;
  /** Differences to the row's maximum below this contribute nothing. */
  readonly minDifference: number;
}

const SCALED_DIFFERENCE_INTEGER_BITS = 5;
const ACCUMULATOR_INTEGER_BITS = 12;
const NONE = -1;

/** exp in Q0.31 of every difference to a row's maximum, which is less by so much; `NONE` where it contributes nothing. */
function expTable({ multiplier, leftShift, minDifference }: SoftmaxInt8): Int32Array {
  return Int32Array.from({ length: 256 }, (_, less) => {
    if (-less < minDifference) return NONE;
    return expOnNegativeValues(highMul(-less << leftShift, multiplier), SCALED_DIFFERENCE_INTEGER_BITS);
  });
}

/**
 * Softmax over the last axis, from 0 at the output's least value to 1 beyond its largest: scale 1/256 and zero point −128,
 * or 1/65536 and −32768.
 * TFLM `reference_ops::Softmax` (lite/kernels/internal/reference/softmax.h).
 */
export function softmaxInt8(p: SoftmaxInt8): (input: Int8Array, output: Int8Array | Int16Array) => void {
  const { depth } = p;
  const half = 2 ** (p.outputBits - 1);
  const exps = expTable(p);
  const parts = exps.map((exp) =>
    exp === NONE ? 0 : roundingDivideByPowerOfTwo(exp, ACCUMULATOR_INTEGER_BITS),
  );
  return (input, output) => {
    for (let start = 0; start < input.length; start += depth) {
      let max = -128;
      for (let i = 0; i < depth; i++) max = Math.max(max, input[start + i]);
      let sum = 0;
      for (let i = 0; i < depth; i++) sum = (sum + parts[max - input[start + i]]) | 0;
      const headroom = Math.clz32(sum);
      const reciprocal = oneOverOnePlus(((sum << headroom) - 2147483648) | 0);
      const shift = ACCUMULATOR_INTEGER_BITS - headroom + 31 - p.outputBits;
      for (let i = 0; i < depth; i++) {
        const exp = exps[max - input[start + i]];
        const probability = exp === NONE ? 0 : roundingDivideByPowerOfTwo(highMul(reciprocal, exp), shift);
        output[start + i] = clamp(probability - half, -half, half - 1);
      }
    }
  };
}
