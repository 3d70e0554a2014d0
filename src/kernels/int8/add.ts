import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../../core/fixed-point.ts';
import type { BroadcastIndex } from '../broadcast.ts';
import { clamp, type Requantization } from './requantize.ts';

export interface AddInt8 extends Requantization {
  readonly index: BroadcastIndex;
  /** Both operands in a common scale, by value + 128; b's is negative to subtract. */
  readonly termsA: Int32Array;
  readonly termsB: Int32Array;
  readonly outputMultiplier: QuantizedMultiplier;
}

/** Both operands are scaled up by 2^20 before they are brought to a common scale. */
export const ADD_LEFT_SHIFT = 20;

/** The 256 values of an operand less its zero point, in the common scale, times `sign`. */
export function addTerms(
  zeroPoint: number,
  { multiplier, shift }: QuantizedMultiplier,
  sign: 1 | -1,
): Int32Array {
  return Int32Array.from({ length: 256 }, (_, index) => {
    const raw = (index - 128 - zeroPoint) << ADD_LEFT_SHIFT;
    return sign * multiplyByQuantizedMultiplier(raw, multiplier, shift);
  });
}

/** TFLM `reference_integer_ops::Add` and `reference_ops::Sub`, operands broadcast. */
export function addInt8(p: AddInt8, a: Int8Array, b: Int8Array, output: Int8Array): void {
  const { termsA, termsB, outputZeroPoint, clampMin, clampMax } = p;
  const { a: indexA, b: indexB } = p.index;
  const { multiplier, shift } = p.outputMultiplier;
  for (let i = 0; i < output.length; i++) {
    const termA = termsA[a[indexA === undefined ? i : indexA[i]] + 128];
    const termB = termsB[b[indexB === undefined ? i : indexB[i]] + 128];
    const scaled = multiplyByQuantizedMultiplier(termA + termB, multiplier, shift);
    output[i] = clamp(scaled + outputZeroPoint, clampMin, clampMax);
  }
}
