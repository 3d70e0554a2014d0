import { multiplyByQuantizedMultiplier } from '../../core/fixed-point.ts';
import { broadcastIndex } from '../broadcast.ts';
import type { AddOperand, AddQuantized } from '../quantized/add.ts';
import { clamp } from './requantize.ts';

/** Both operands are scaled up by 2^20 before they are brought to a common scale. */
export const ADD_LEFT_SHIFT = 20;

/** The 256 values of an operand less its zero point, in the common scale, times `sign`; by value + 128. */
export function addTerms(
  { zeroPoint, multiplier: { multiplier, shift } }: AddOperand,
  sign: 1 | -1,
): Int32Array {
  return Int32Array.from({ length: 256 }, (_, index) => {
    const raw = (index - 128 - zeroPoint) << ADD_LEFT_SHIFT;
    return sign * multiplyByQuantizedMultiplier(raw, multiplier, shift);
  });
}

const NOT_YET = 0x7fff;

/** Outputs that are worth a table of all pairs of values, of which most never meet. */
const LARGE = 2048;

/** What `compute` makes of two values, computed once for each pair that comes. */
function tableOfPairs(compute: (a: number, b: number) => number): (a: number, b: number) => number {
  const known = new Int16Array(256 * 256).fill(NOT_YET);
  return (a, b) => {
    const pair = (a + 128) * 256 + b + 128;
    const result = known[pair];
    if (result !== NOT_YET) return result;
    known[pair] = compute(a, b);
    return known[pair];
  };
}

/** TFLM `reference_integer_ops::Add` and `reference_ops::Sub`, operands broadcast. */
export function addInt8(p: AddQuantized): (a: Int8Array, b: Int8Array, output: Int8Array) => void {
  const { outputZeroPoint, clampMin, clampMax } = p;
  const { a: indexA, b: indexB } = broadcastIndex(p.broadcast);
  const { multiplier, shift } = p.outputMultiplier;
  const termsA = addTerms(p.a, 1);
  const termsB = addTerms(p.b, p.signB);
  const sumOf = (a: number, b: number): number => {
    const sum = termsA[a + 128] + termsB[b + 128];
    return clamp(multiplyByQuantizedMultiplier(sum, multiplier, shift) + outputZeroPoint, clampMin, clampMax);
  };
  let add: typeof sumOf | undefined;
  return (a, b, output) => {
    add ??= output.length < LARGE ? sumOf : tableOfPairs(sumOf);
    for (let i = 0; i < output.length; i++) {
      output[i] = add(a[indexA === undefined ? i : indexA[i]], b[indexB === undefined ? i : indexB[i]]);
    }
  };
}
