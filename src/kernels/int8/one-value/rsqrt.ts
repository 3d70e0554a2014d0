import {
  inverseSquareRoot,
  multiplyByQuantizedMultiplier,
  type QuantizedMultiplier,
} from '../../../core/fixed-point.ts';
import { clamp } from '../requantize.ts';

export interface RsqrtInt8 {
  readonly outputZeroPoint: number;
  readonly multiplier: QuantizedMultiplier;
}

/** Keeps what is smaller than one an integer. */
export const RSQRT_SHIFT = 20;

/** One value of an input whose least value is 0. TFLM `RsqrtEvalQuantized`, for which 1 / √0 is the largest value. */
export function rsqrtValue({ outputZeroPoint, multiplier }: RsqrtInt8, value: number): number {
  const steps = value + 128;
  if (steps === 0) return 127;
  const root = inverseSquareRoot(steps);
  const inverse = multiplyByQuantizedMultiplier(1, root.multiplier, root.shift + RSQRT_SHIFT);
  const scaled = multiplyByQuantizedMultiplier(
    inverse,
    multiplier.multiplier,
    multiplier.shift - RSQRT_SHIFT,
  );
  return clamp(scaled + outputZeroPoint, -128, 127);
}
