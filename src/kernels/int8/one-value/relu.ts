/** RELU and RELU6 as operators of their own. */

import { type RescaleInt8, rescaleValue } from '../quantize.ts';
import { clamp } from '../requantize.ts';

export interface ReluInt8 extends RescaleInt8 {
  readonly clampMin: number;
  readonly clampMax: number;
}

/** One value. TFLM `ReluQuantized`: rescales. */
export function reluValue(p: ReluInt8, value: number): number {
  return clamp(rescaleValue(p, value), p.clampMin, p.clampMax);
}

export interface Relu6Int8 {
  readonly zeroPoint: number;
  /** The input's value for 6. */
  readonly six: number;
}

/** One value. TFLM `Relu6Quantized`: clamps in the input's parameters and copies, whatever the output's are. */
export function relu6Value({ zeroPoint, six }: Relu6Int8, value: number): number {
  return clamp(value, zeroPoint, six);
}
