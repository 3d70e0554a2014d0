import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../../core/fixed-point.ts';
import type { BroadcastIndex } from '../broadcast.ts';
import { clamp } from './requantize.ts';

export interface PreluInt8 {
  readonly index: BroadcastIndex;
  readonly inputZeroPoint: number;
  readonly alphaZeroPoint: number;
  readonly outputZeroPoint: number;
  readonly identity: QuantizedMultiplier;
  readonly product: QuantizedMultiplier;
}

/** TFLM `BroadcastPrelu4DSlow`. */
export function preluInt8(p: PreluInt8, input: Int8Array, alpha: Int8Array, output: Int8Array): void {
  const { a: indexInput, b: indexAlpha } = p.index;
  for (let i = 0; i < output.length; i++) {
    const value = input[indexInput === undefined ? i : indexInput[i]] - p.inputZeroPoint;
    const slope = alpha[indexAlpha === undefined ? i : indexAlpha[i]] - p.alphaZeroPoint;
    const scaled =
      value >= 0
        ? multiplyByQuantizedMultiplier(value, p.identity.multiplier, p.identity.shift)
        : multiplyByQuantizedMultiplier(value * slope, p.product.multiplier, p.product.shift);
    output[i] = clamp(scaled + p.outputZeroPoint, -128, 127);
  }
}
