import { roundHalfAway } from '../../../core/fixed-point.ts';
import { clamp } from '../requantize.ts';

export interface EluInt8 {
  readonly inputScale: number;
  readonly inputZeroPoint: number;
  /** 1 / the output's scale, in float32. */
  readonly inverseOutputScale: number;
  readonly outputZeroPoint: number;
}

const f = Math.fround;

/** One value, through float32. TFLM `PopulateLookupTable` in `elu.cc`. */
export function eluValue(p: EluInt8, value: number): number {
  const real = f(p.inputScale * (value - p.inputZeroPoint));
  const transformed = real < 0 ? f(f(Math.exp(real)) - 1) : real;
  const steps = roundHalfAway(f(transformed * p.inverseOutputScale));
  return clamp(f(steps + p.outputZeroPoint), -128, 127);
}
