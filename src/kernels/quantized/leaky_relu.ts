import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../../core/fixed-point.ts';
import { clamp, type Requantization } from '../int8/requantize.ts';

export interface LeakyReluQuantized extends Requantization {
  readonly inputZeroPoint: number;
  readonly identity: QuantizedMultiplier;
  /** Of |alpha|. */
  readonly alpha: QuantizedMultiplier;
  readonly alphaSign: 1 | -1;
}

/** One value. TFLM `QuantizeLeakyRelu`. */
export function leakyReluValue(p: LeakyReluQuantized, value: number): number {
  const centered = value - p.inputZeroPoint;
  const { multiplier, shift } = centered >= 0 ? p.identity : p.alpha;
  const scaled = multiplyByQuantizedMultiplier(centered, multiplier, shift);
  const signed = centered >= 0 ? scaled : p.alphaSign * scaled;
  return clamp(p.outputZeroPoint + signed, p.clampMin, p.clampMax);
}
