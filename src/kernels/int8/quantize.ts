import {
  multiplyByQuantizedMultiplier,
  type QuantizedMultiplier,
  roundHalfAway,
} from '../../core/fixed-point.ts';
import {
  type DataByDType,
  type IntegerLimits,
  QUANTIZED_LIMITS,
  type SteppedDType,
} from '../../core/tensor.ts';
import { clamp } from './requantize.ts';

/** Integers that stand for real numbers. */
export type SteppedData = DataByDType[SteppedDType];

/** One real number to int8 or to other integers, with TFLM's float32 division, round half away from zero, and saturation. */
export function quantizeValue(
  real: number,
  scale: number,
  zeroPoint: number,
  { min, max }: IntegerLimits = QUANTIZED_LIMITS.int8,
): number {
  const steps = roundHalfAway(Math.fround(real / scale));
  // A Cortex-M converts NaN to 0.
  return Number.isNaN(steps) ? zeroPoint : clamp(steps + zeroPoint, min, max);
}

/** What real numbers are rounded to. */
export interface QuantizedFloat extends IntegerLimits {
  readonly scale: number;
  readonly zeroPoint: number;
}

/** float32 to integers. TFLM `AffineQuantize`, whose cast of more than 2^31 steps C leaves undefined: they saturate here. */
export function quantizeFloat(p: QuantizedFloat, input: Float32Array, output: Int8Array | Int16Array): void {
  for (let i = 0; i < output.length; i++) output[i] = quantizeValue(input[i], p.scale, p.zeroPoint, p);
}

/** Integers to float32. TFLM `Dequantize`. */
export function dequantizeSteps(
  scale: number,
  zeroPoint: number,
  input: SteppedData,
  output: Float32Array,
): void {
  for (let i = 0; i < output.length; i++) output[i] = scale * (input[i] - zeroPoint);
}

export interface RescaleInt8 {
  readonly inputZeroPoint: number;
  readonly outputZeroPoint: number;
  readonly multiplier: QuantizedMultiplier;
}

/** One value in another scale. TFLM `Requantize`. */
export function rescaleValue(p: RescaleInt8, value: number): number {
  const { multiplier, shift } = p.multiplier;
  return multiplyByQuantizedMultiplier(value - p.inputZeroPoint, multiplier, shift) + p.outputZeroPoint;
}

/** From integers of one scale to those of another, of any width. */
export interface Rescaling extends RescaleInt8 {
  readonly clampMin: number;
  readonly clampMax: number;
}

/** One value in another scale, saturated. */
export function rescaleSaturated(p: Rescaling, value: number): number {
  return clamp(rescaleValue(p, value), p.clampMin, p.clampMax);
}

/** Every value. */
export function rescaleAll(p: Rescaling, input: SteppedData, output: SteppedData): void {
  for (let i = 0; i < output.length; i++) output[i] = rescaleSaturated(p, input[i]);
}
