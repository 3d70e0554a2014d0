import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../../../core/fixed-point.ts';
import { clamp } from '../requantize.ts';

export interface AbsInt8 {
  readonly inputZeroPoint: number;
  readonly outputZeroPoint: number;
  /** Undefined where input and output have one scale. */
  readonly multiplier: QuantizedMultiplier | undefined;
}

/** One value. TFLM `AbsEvalQuantized`. */
export function absValue({ inputZeroPoint, outputZeroPoint, multiplier }: AbsInt8, value: number): number {
  const size = Math.abs(value - inputZeroPoint);
  const scaled =
    multiplier === undefined
      ? size
      : multiplyByQuantizedMultiplier(size, multiplier.multiplier, multiplier.shift);
  return clamp(scaled + outputZeroPoint, -128, 127);
}
