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

/** TFLM `BroadcastPrelu4DSlow`. */
export function preluQuantized(
  p: PreluQuantized,
): (input: QuantizedData, alpha: Int8Array, output: QuantizedData) => void {
  const { a: indexInput, b: indexAlpha } = broadcastIndex(p.broadcast);
  const { identity, product } = p;
  return (input, alpha, output) => {
    for (let i = 0; i < output.length; i++) {
      const value = input[indexInput === undefined ? i : indexInput[i]] - p.inputZeroPoint;
      const slope = alpha[indexAlpha === undefined ? i : indexAlpha[i]] - p.alphaZeroPoint;
      const scaled =
        value >= 0
          ? multiplyByQuantizedMultiplier(value, identity.multiplier, identity.shift)
          : multiplyByQuantizedMultiplier(value * slope, product.multiplier, product.shift);
      output[i] = clamp(scaled + p.outputZeroPoint, p.clampMin, p.clampMax);
    }
  };
}
