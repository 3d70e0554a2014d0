import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../../../core/fixed-point.ts';
import { clamp } from '../requantize.ts';

export interface LeakyReluInt8 {
  readonly inputZeroPoint: number;
  readonly outputZeroPoint: number;
  readonly identity: QuantizedMultiplier;
  /** Of |alpha|. */
  readonly alpha: QuantizedMultiplier;
  readonly alphaSign: 1 | -1;
}

/** One value. TFLM `QuantizeLeakyRelu`. */
export function leakyReluValue(p: LeakyReluInt8, value: number): number {
  const centered = value - p.inputZeroPoint;
  const { multiplier, shift } = centered >= 0 ? p.identity : p.alpha;
  const scaled = multiplyByQuantizedMultiplier(centered, multiplier, shift);
  return clamp(p.outputZeroPoint + (centered >= 0 ? scaled : p.alphaSign * scaled), -128, 127);
}
