import { multiplyByQuantizedMultiplier } from '../../core/fixed-point.ts';
import { broadcastIndex } from '../broadcast.ts';
import type { AddOperand, AddQuantized } from '../quantized/add.ts';
import { clamp } from './requantize.ts';

/** Both operands are scaled up by 2^20 before they are brought to a common scale. */
export const ADD_LEFT_SHIFT = 20;

/** The 256 values of an operand less its zero point, in the common scale, times `sign`; by value + 128. */
function addTerms({ zeroPoint, multiplier: { multiplier, shift } }: AddOperand, sign: 1 | -1): Int32Array {
  return Int32Array.from({ length: 256 }, (_, index) => {
    const raw = (index - 128 - zeroPoint) << ADD_LEFT_SHIFT;
    return sign * multiplyByQuantizedMultiplier(raw, multiplier, shift);
  });
}

/** TFLM `reference_integer_ops::Add` and `reference_ops::Sub`, operands broadcast. */
export function addInt8(p: AddQuantized): (a: Int8Array, b: Int8Array, output: Int8Array) => void {
  const { outputZeroPoint, clampMin, clampMax } = p;
  const { a: indexA, b: indexB } = broadcastIndex(p.broadcast);
  const { multiplier, shift } = p.outputMultiplier;
  const termsA = addTerms(p.a, 1);
  const termsB = addTerms(p.b, p.signB);
  return (a, b, output) => {
    for (let i = 0; i < output.length; i++) {
      const termA = termsA[a[indexA === undefined ? i : indexA[i]] + 128];
      const termB = termsB[b[indexB === undefined ? i : indexB[i]] + 128];
      const scaled = multiplyByQuantizedMultiplier(termA + termB, multiplier, shift);
      output[i] = clamp(scaled + outputZeroPoint, clampMin, clampMax);
    }
  };
}
