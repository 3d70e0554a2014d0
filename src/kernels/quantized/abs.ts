import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../../core/fixed-point.ts';
import { clamp, type Requantization } from '../int8/requantize.ts';

export interface AbsQuantized extends Requantization {
  readonly inputZeroPoint: number;
  /** Undefined where input and output have one scale. */
  readonly multiplier: QuantizedMultiplier | undefined;
}

/** One value. TFLM `AbsEvalQuantized`. */
export function absValue(p: AbsQuantized, value: number): number {
  const { multiplier } = p;
  const size = Math.abs(value - p.inputZeroPoint);
  const scaled =
    multiplier === undefined
      ? size
      : multiplyByQuantizedMultiplier(size, multiplier.multiplier, multiplier.shift);
  return clamp(scaled + p.outputZeroPoint, p.clampMin, p.clampMax);
}
