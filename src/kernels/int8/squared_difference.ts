import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../../core/fixed-point.ts';
import { type Broadcast, broadcastIndex } from '../broadcast.ts';
import type { AddOperand } from '../quantized/add.ts';
import { clamp } from './requantize.ts';

export interface SquaredDifferenceInt8 {
  readonly broadcast: Broadcast;
  readonly a: AddOperand;
  readonly b: AddOperand;
  readonly outputMultiplier: QuantizedMultiplier;
  readonly outputZeroPoint: number;
}

/** Both operands are scaled up by 2^7 before they are brought to a common scale. */
export const SQUARED_DIFFERENCE_LEFT_SHIFT = 7;

/** The 256 values of an operand less its zero point, in the common scale; by value + 128. */
function terms({ zeroPoint, multiplier: { multiplier, shift } }: AddOperand): Int32Array {
  return Int32Array.from({ length: 256 }, (_, index) =>
    multiplyByQuantizedMultiplier(
      (index - 128 - zeroPoint) << SQUARED_DIFFERENCE_LEFT_SHIFT,
      multiplier,
      shift,
    ),
  );
}

/** TFLM `SquaredDifference` of squared_difference.cc, operands broadcast. */
export function squaredDifferenceInt8(
  p: SquaredDifferenceInt8,
): (a: Int8Array, b: Int8Array, output: Int8Array) => void {
  const { a: indexA, b: indexB } = broadcastIndex(p.broadcast);
  const { multiplier, shift } = p.outputMultiplier;
  const [termsA, termsB] = [terms(p.a), terms(p.b)];
  return (a, b, output) => {
    for (let i = 0; i < output.length; i++) {
      const difference =
        termsA[a[indexA === undefined ? i : indexA[i]] + 128] -
        termsB[b[indexB === undefined ? i : indexB[i]] + 128];
      const scaled = multiplyByQuantizedMultiplier(difference * difference, multiplier, shift);
      output[i] = clamp(scaled + p.outputZeroPoint, -128, 127);
    }
  };
}
