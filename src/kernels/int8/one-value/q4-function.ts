/** The fixed-point frame that LOGISTIC and TANH share: inputs in Q4.27, beyond ±15 saturated. */

import {
  logisticQ4,
  multiplyByQuantizedMultiplier,
  roundingDivideByPowerOfTwo,
  tanhQ4,
} from '../../../core/fixed-point.ts';
import { clamp } from '../requantize.ts';

export interface Q4Int8 {
  readonly zeroPoint: number;
  readonly multiplier: number;
  readonly shift: number;
  /** From here on the function has reached its limit. */
  readonly radius: number;
}

function q4Value(
  { zeroPoint, multiplier, shift, radius }: Q4Int8,
  value: number,
  of: (q4: number) => number,
) {
  const centered = value - zeroPoint;
  if (centered <= -radius) return -128;
  if (centered >= radius) return 127;
  return clamp(of(multiplyByQuantizedMultiplier(centered, multiplier, shift)), -128, 127);
}

/** One value in the scale 1/256 with zero point −128. TFLM `reference_integer_ops::Logistic`. */
export function logisticValue(p: Q4Int8, value: number): number {
  return q4Value(p, value, (q4) => roundingDivideByPowerOfTwo(logisticQ4(q4), 23) - 128);
}

/** One value in the scale 1/128 with zero point 0. TFLM `reference_integer_ops::Tanh`. */
export function tanhValue(p: Q4Int8, value: number): number {
  return q4Value(p, value, (q4) => roundingDivideByPowerOfTwo(tanhQ4(q4), 24));
}
