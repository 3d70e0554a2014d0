import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../../core/fixed-point.ts';
import { clamp } from '../int8/requantize.ts';
import { INT16_SPAN, type InterpolatedTable, interpolate, interpolatedTable } from './interpolated-table.ts';

export interface SoftmaxInt16 {
  readonly depth: number;
  /** From steps of the input to steps of 10 / 65535. */
  readonly multiplier: QuantizedMultiplier;
}

/** exp is tabulated from here to 0. */
export const LEAST_EXPONENT = -10;

const f = Math.fround;

/** exp of [−10, 0] and 1 / (1 + x) of [0, 1], in Q0.15. */
export function softmaxTables(): { readonly exp: InterpolatedTable; readonly inverse: InterpolatedTable } {
  const outputScale = f(2 / INT16_SPAN);
  const exp = interpolatedTable({
    inputScale: f(-LEAST_EXPONENT / INT16_SPAN),
    inputZeroPoint: 32767,
    outputScale,
    compute: (x) => f(Math.exp(x)),
  });
  const inverse = interpolatedTable({
    inputScale: f(1 / INT16_SPAN),
    inputZeroPoint: -32768,
    outputScale,
    compute: (x) => f(1 / f(1 + x)),
  });
  return { exp, inverse };
}

/**
 * Softmax over the last axis in Q0.15. Rows of up to 65536 values, whose sum fits into 32 bits.
 * TFLM `reference_ops::SoftmaxInt16` (lite/kernels/internal/reference/softmax.h).
 */
export function softmaxInt16(p: SoftmaxInt16): (input: Int16Array, output: Int16Array) => void {
  const { depth } = p;
  const { multiplier, shift } = p.multiplier;
  const { exp, inverse } = softmaxTables();
  return (input, output) => {
    for (let start = 0; start < input.length; start += depth) {
      const end = start + depth;
      let max = -32768;
      for (let i = start; i < end; i++) if (input[i] > max) max = input[i];
      let sum = 0;
      for (let i = start; i < end; i++) {
        const place = multiplyByQuantizedMultiplier(input[i] - max, multiplier, shift) + 32767;
        output[i] = interpolate(exp, clamp(place, -32768, 32767));
        sum += output[i];
      }
      const headroom = Math.clz32(sum);
      // The sum as 1 + x with 16 bits of x.
      const normalized = Math.floor((sum * 2 ** (headroom - 1) + 8192) / 16384);
      const reciprocal = interpolate(inverse, clamp(normalized - 65536 - 32768, -32768, 32767));
      const rightShift = 31 - headroom;
      const half = 1 << (rightShift - 1);
      for (let i = start; i < end; i++) {
        output[i] = clamp((output[i] * reciprocal + half) >> rightShift, 0, 32767);
      }
    }
  };
}
