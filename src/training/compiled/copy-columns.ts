import type { Address } from '../../kernels/training/kernels.ts';
import type { Run } from './run.ts';

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** Columns [rows, n] between an array with rows of `fromStride` and one with rows of `toStride`. */
export function copyColumns(
  { floats }: Run,
  from: Address,
  fromStride: number,
  to: Address,
  toStride: number,
  rows: number,
  n: number,
): void {
  let [source, target] = [from / FLOAT_BYTES, to / FLOAT_BYTES];
  for (let row = 0; row < rows; row++, source += fromStride, target += toStride) {
    for (let j = 0; j < n; j++) floats[target + j] = floats[source + j];
  }
}
