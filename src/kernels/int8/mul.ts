import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../../core/fixed-point.ts';
import { type Broadcast, broadcastIndex } from '../broadcast.ts';
import { clamp, type Requantization } from './requantize.ts';

export interface MulInt8 extends Requantization {
  readonly broadcast: Broadcast;
  readonly zeroPointA: number;
  readonly zeroPointB: number;
  readonly multiplier: QuantizedMultiplier;
}

/** TFLM `reference_integer_ops::Mul`, operands broadcast. */
export function mulInt8(p: MulInt8): (a: Int8Array, b: Int8Array, output: Int8Array) => void {
  const { a: indexA, b: indexB } = broadcastIndex(p.broadcast);
  const { multiplier, shift } = p.multiplier;
  return (a, b, output) => {
    for (let i = 0; i < output.length; i++) {
      const valueA = a[indexA === undefined ? i : indexA[i]] - p.zeroPointA;
      const valueB = b[indexB === undefined ? i : indexB[i]] - p.zeroPointB;
      const scaled = multiplyByQuantizedMultiplier(valueA * valueB, multiplier, shift);
      output[i] = clamp(scaled + p.outputZeroPoint, p.clampMin, p.clampMax);
    }
  };
}
