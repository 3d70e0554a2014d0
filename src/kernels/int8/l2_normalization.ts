import { inverseSquareRoot, multiplyByQuantizedMultiplier } from '../../core/fixed-point.ts';
import { clamp } from './requantize.ts';

export interface L2NormalizationInt8 {
  readonly depth: number;
  readonly inputZeroPoint: number;
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
