/** HARD_SWISH in 16-bit arithmetic, as TFLM `reference_ops::HardSwish` computes it. */

import { roundingDivideByPowerOfTwo } from '../../../core/fixed-point.ts';
import { clamp } from '../requantize.ts';

/** real ≈ multiplier · 2^(exponent − 15). */
export interface Multiplier16 {
  readonly multiplier: number;
  readonly exponent: number;
}

export interface HardSwishInt8 {
  readonly inputZeroPoint: number;
  readonly outputZeroPoint: number;
  /** From 1/128 of an input step to output steps; its exponent is not positive. */
  readonly output: Multiplier16;
  /** From 1/128 of an input step to 3/32768. */
  readonly reluish: Multiplier16;
}

const INT16_MIN = -32768;
const INT16_MAX = 32767;
/** Bits gained by working in 1/128 of an input step. */
const HIGH_RESOLUTION = 128;

const saturate = (x: number): number => clamp(x, INT16_MIN, INT16_MAX);

/** a · b / 2^15, half away from zero; the one overflow saturates. */
function roundingHighMul(a: number, b: number): number {
  const product = a * b;
  return saturate(Math.trunc((product + (product >= 0 ? 16384 : -16383)) / 32768));
}

/** a · b / 2^15 toward zero. */
function truncatingHighMul(a: number, b: number): number {
  return saturate(Math.trunc((a * b) / 32768));
}

/** The share of the input that passes: [−3, 3] on [0, 1] in Q0.15. */
function passingShare({ multiplier, exponent }: Multiplier16, value: number): number {
  // The last doubling comes after the multiplication, so that only what exceeds ±3 saturates.
  const shifted = exponent > 0 ? saturate(value * 2 ** (exponent - 1)) : value;
  const scaled = roundingHighMul(shifted, multiplier);
  const inRange =
    exponent > 0 ? saturate(scaled * 2) : roundingDivideByPowerOfTwo(scaled, Math.max(-exponent, 0));
  return (inRange + 32768) >> 1;
}

/** One value. */
export function hardSwishValue(p: HardSwishInt8, value: number): number {
  const fine = (value - p.inputZeroPoint) * HIGH_RESOLUTION;
  const onOutputScale = roundingHighMul(fine, p.output.multiplier);
  const product = truncatingHighMul(passingShare(p.reluish, fine), onOutputScale);
  return clamp(roundingDivideByPowerOfTwo(product, -p.output.exponent) + p.outputZeroPoint, -128, 127);
}
