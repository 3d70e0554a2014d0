/** What linear operators read in integers, and how it varies together. */

import { Covariance } from './covariance.ts';
import type { InputRows } from './input-rows.ts';

/** Quantized activations. */
export type IntegerArray = Int8Array | Int16Array;

/** What an operator reads, record by record, and what its integers stand for. */
export interface ReadIntegers {
  readonly inputs: readonly IntegerArray[];
  readonly scale: number;
  readonly zeroPoint: number;
}

/** Rows that tell how inputs vary together: so many, or as many as this many products take, whichever is more. */
const ROWS_PER_WEIGHT = 4;
const MOST_ROWS = 16384;
const MOST_PRODUCTS = 2e7;
/** What taking a row costs, in products. */
const READING = 200;

/** Every so many positions of all records, so that each place of an image has its turn. */
function strideOver(total: number, wanted: number, positions: number): number {
  let stride = Math.max(1, Math.floor(total / wanted));
  const divides = (a: number, b: number): boolean => a % b === 0 || b % a === 0;
  while (stride > 1 && divides(stride, positions)) stride--;
  return stride;
}

/** What operators with the same weights read, in steps of the first one's scale. */
export function covarianceOf(rows: InputRows, reads: readonly ReadIntegers[], group: number): Covariance {
  const [{ inputs: first, scale: unit }] = reads;
  const isOne = reads.length === 1 && first[0] instanceof Int8Array;
  const covariance = new Covariance(rows.size, isOne ? 'bytes' : 'any');
  const affordable = Math.min(MOST_ROWS, MOST_PRODUCTS / (rows.groups * (rows.size ** 2 + READING)));
  const wanted = Math.max(ROWS_PER_WEIGHT * rows.size, affordable) / reads.length;
  const row = new Float64Array(rows.size);
  for (const { inputs, scale, zeroPoint } of reads) {
    const total = rows.positions * inputs.length;
    const stride = strideOver(total, wanted, rows.positions);
    for (let place = 0; place < total; place += stride) {
      const record = inputs[Math.floor(place / rows.positions)];
      rows.read(record, zeroPoint, place % rows.positions, group, row);
      if (scale !== unit) for (let i = 0; i < row.length; i++) row[i] *= scale / unit;
      covariance.add(row);
    }
  }
  return covariance;
}
