import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../../core/fixed-point.ts';
import { type Broadcast, broadcastIndex } from '../broadcast.ts';
import { clamp } from '../int8/requantize.ts';

/** All zero points are 0, so that no product leaves 32 bits. */
export interface MulInt16 {
  readonly broadcast: Broadcast;
  readonly multiplier: QuantizedMultiplier;
  readonly clampMin: number;
  readonly clampMax: number;
}

/** TFLM `reference_integer_ops::Mul`, operands broadcast. A loop of its own: one for both widths is slow in both. */
export function mulInt16(p: MulInt16): (a: Int16Array, b: Int16Array, output: Int16Array) => void {
  const { a: indexA, b: indexB } = broadcastIndex(p.broadcast);
  const { multiplier, shift } = p.multiplier;
  const { clampMin, clampMax } = p;
  return (a, b, output) => {
    for (let i = 0; i < output.length; i++) {
      const product = a[indexA === undefined ? i : indexA[i]] * b[indexB === undefined ? i : indexB[i]];
      output[i] = clamp(multiplyByQuantizedMultiplier(product, multiplier, shift), clampMin, clampMax);
    }
  };
}
