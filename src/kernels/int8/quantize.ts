import {
  multiplyByQuantizedMultiplier,
  type QuantizedMultiplier,
  roundHalfAway,
} from '../../core/fixed-point.ts';
import { BYTE_LIMITS } from '../../core/tensor.ts';
import { clamp } from './requantize.ts';

/** One real number to int8 or to another byte, with TFLM's float32 division, round half away from zero, and saturation. */
export function quantizeValue(
  real: number,
  scale: number,
  zeroPoint: number,
  { min, max } = BYTE_LIMITS.int8,
): number {
  const steps = roundHalfAway(Math.fround(real / scale));
  // A Cortex-M converts NaN to 0.
  return Number.isNaN(steps) ? zeroPoint : clamp(steps + zeroPoint, min, max);
}

/** float32 to int8. TFLM `AffineQuantize`, whose cast of more than 2^31 steps C leaves undefined: they saturate here. */
export function quantizeFloat(
  scale: number,
  zeroPoint: number,
  input: Float32Array,
  output: Int8Array,
): void {
  for (let i = 0; i < output.length; i++) output[i] = quantizeValue(input[i], scale, zeroPoint);
}

/** int8 to float32. TFLM `Dequantize`. */
export function dequantizeInt8(
  scale: number,
  zeroPoint: number,
  input: Int8Array,
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

/** From one byte, signed or not, to another. */
export interface RescaledByte extends RescaleInt8 {
  readonly clampMin: number;
  readonly clampMax: number;
}

/** One int8 or uint8 value in another scale, saturated. */
export function rescaleByte(p: RescaledByte, value: number): number {
  return clamp(rescaleValue(p, value), p.clampMin, p.clampMax);
}
