import { INT32_MAX, INT32_MIN } from '../core/fixed-point.ts';
import { clamp } from './int8/requantize.ts';

type Elements = Float32Array | Int8Array | Int16Array | Int32Array;

/** C leaves the conversion of what no int32 is undefined; a Cortex-M saturates, and makes 0 of NaN. */
function truncated(x: number): number {
  return Number.isNaN(x) ? 0 : clamp(Math.trunc(x), INT32_MIN, INT32_MAX);
}

/** Numbers as they are: fractions are cut off, and of an integer that is too large the lowest bytes stay. */
export function castElements(input: Elements | Uint8Array, output: Elements): void {
  const cuts = input instanceof Float32Array && !(output instanceof Float32Array);
  for (let i = 0; i < output.length; i++) output[i] = cuts ? truncated(input[i]) : input[i];
}
