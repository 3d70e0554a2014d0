import { multiplyByQuantizedMultiplier } from '../../core/fixed-point.ts';
import { broadcastIndex } from '../broadcast.ts';
import { clamp } from '../int8/requantize.ts';
import type { AddQuantized } from '../quantized/add.ts';

/** Both operands are scaled up by 2^15 before they are brought to a common scale: more does not fit into 32 bits. */
export const ADD_LEFT_SHIFT_INT16 = 15;

/** TFLM `AddElementwise` and `SubElementwise` of int16, operands broadcast. */
export function addInt16(p: AddQuantized): (a: Int16Array, b: Int16Array, output: Int16Array) => void {
  const { outputZeroPoint, clampMin, clampMax, signB } = p;
  const { a: indexA, b: indexB } = broadcastIndex(p.broadcast);
  const { multiplier, shift } = p.outputMultiplier;
  const [zeroA, zeroB] = [p.a.zeroPoint, p.b.zeroPoint];
  const { multiplier: multiplierA, shift: shiftA } = p.a.multiplier;
  const { multiplier: multiplierB, shift: shiftB } = p.b.multiplier;
  return (a, b, output) => {
    for (let i = 0; i < output.length; i++) {
      const rawA = (a[indexA === undefined ? i : indexA[i]] - zeroA) << ADD_LEFT_SHIFT_INT16;
      const rawB = (b[indexB === undefined ? i : indexB[i]] - zeroB) << ADD_LEFT_SHIFT_INT16;
      const sum =
        multiplyByQuantizedMultiplier(rawA, multiplierA, shiftA) +
        signB * multiplyByQuantizedMultiplier(rawB, multiplierB, shiftB);
      const scaled = multiplyByQuantizedMultiplier(sum, multiplier, shift);
      output[i] = clamp(scaled + outputZeroPoint, clampMin, clampMax);
    }
  };
}
