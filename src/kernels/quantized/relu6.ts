import { clamp } from '../int8/requantize.ts';

export interface Relu6Quantized {
  readonly zeroPoint: number;
  /** The input's value for 6. */
  readonly six: number;
}

/** One value. TFLM `Relu6Quantized`: clamps in the input's parameters and copies, whatever the output's are. */
export function relu6Value({ zeroPoint, six }: Relu6Quantized, value: number): number {
  return clamp(value, zeroPoint, six);
}
