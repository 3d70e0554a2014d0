import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../../core/fixed-point.ts';
import { type Broadcast, broadcastIndex } from '../broadcast.ts';
import { clamp } from '../int8/requantize.ts';

/** All zero points are 0. */
export interface SquaredDifferenceInt16 {
  readonly broadcast: Broadcast;
  /** To a scale that both have in common. */
  readonly a: QuantizedMultiplier;
  readonly b: QuantizedMultiplier;
  readonly outputMultiplier: QuantizedMultiplier;
}

/** TFLM `SquaredDifference` of squared_difference.cc, operands broadcast, as they are: their squares fill 32 bits. */
export function squaredDifferenceInt16(
  p: SquaredDifferenceInt16,
): (a: Int16Array, b: Int16Array, output: Int16Array) => void {
  const { a: indexA, b: indexB } = broadcastIndex(p.broadcast);
  const { multiplier, shift } = p.outputMultiplier;
  return (a, b, output) => {
    for (let i = 0; i < output.length; i++) {
      const valueA = a[indexA === undefined ? i : indexA[i]];
      const valueB = b[indexB === undefined ? i : indexB[i]];
      const difference =
        multiplyByQuantizedMultiplier(valueA, p.a.multiplier, p.a.shift) -
        multiplyByQuantizedMultiplier(valueB, p.b.multiplier, p.b.shift);
      output[i] = clamp(
        multiplyByQuantizedMultiplier(difference * difference, multiplier, shift),
        -32768,
        32767,
      );
    }
  };
}
