import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../../core/fixed-point.ts';
import { type Broadcast, broadcastIndex } from '../broadcast.ts';
import { clamp, type Requantization } from '../int8/requantize.ts';
import type { QuantizedData } from './quantized-data.ts';

export interface PreluQuantized extends Requantization {
  readonly broadcast: Broadcast;
  readonly inputZeroPoint: number;
  readonly alphaZeroPoint: number;
  readonly identity: QuantizedMultiplier;
  readonly product: QuantizedMultiplier;
}

/** What TFLM's `BroadcastPrelu4DSlow` makes of one element. */
export function preluOf(p: PreluQuantized, input: number, alpha: number): number {
  const { identity, product } = p;
  const value = input - p.inputZeroPoint;
  const scaled =
    value >= 0
      ? multiplyByQuantizedMultiplier(value, identity.multiplier, identity.shift)
      : multiplyByQuantizedMultiplier(value * (alpha - p.alphaZeroPoint), product.multiplier, product.shift);
  return clamp(scaled + p.outputZeroPoint, p.clampMin, p.clampMax);
}

export function preluQuantized(
  p: PreluQuantized,
): (input: QuantizedData, alpha: Int8Array, output: QuantizedData) => void {
  const { a: indexInput, b: indexAlpha } = broadcastIndex(p.broadcast);
  return (input, alpha, output) => {
    for (let i = 0; i < output.length; i++) {
      const value = input[indexInput === undefined ? i : indexInput[i]];
      output[i] = preluOf(p, value, alpha[indexAlpha === undefined ? i : indexAlpha[i]]);
    }
  };
}
