import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../../core/fixed-point.ts';
import type { BroadcastIndex } from '../broadcast.ts';
import { clamp, type Requantization } from './requantize.ts';

export interface AddInt8 extends Requantization {
  readonly index: BroadcastIndex;
  readonly zeroPointA: number;
  readonly zeroPointB: number;
  readonly multiplierA: QuantizedMultiplier;
  readonly multiplierB: QuantizedMultiplier;
  readonly outputMultiplier: QuantizedMultiplier;
  /** 1 to add, −1 to subtract b. */
  readonly sign: 1 | -1;
}

/** Both operands are scaled up by 2^20 before they are brought to a common scale. */
export const ADD_LEFT_SHIFT = 20;

/** TFLM `reference_integer_ops::Add` and `reference_ops::Sub`, operands broadcast. */
export function addInt8(p: AddInt8, a: Int8Array, b: Int8Array, output: Int8Array): void {
  const { a: indexA, b: indexB } = p.index;
  const { multiplierA, multiplierB, outputMultiplier } = p;
  for (let i = 0; i < output.length; i++) {
    const rawA = (a[indexA === undefined ? i : indexA[i]] - p.zeroPointA) << ADD_LEFT_SHIFT;
    const rawB = (b[indexB === undefined ? i : indexB[i]] - p.zeroPointB) << ADD_LEFT_SHIFT;
    const scaledA = multiplyByQuantizedMultiplier(rawA, multiplierA.multiplier, multiplierA.shift);
    const scaledB = multiplyByQuantizedMultiplier(rawB, multiplierB.multiplier, multiplierB.shift);
    const sum = scaledA + p.sign * scaledB;
    const scaled = multiplyByQuantizedMultiplier(sum, outputMultiplier.multiplier, outputMultiplier.shift);
    output[i] = clamp(scaled + p.outputZeroPoint, p.clampMin, p.clampMax);
  }
}
