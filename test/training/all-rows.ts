import { elementCount } from '../../src/core/tensor.ts';
import type { RowReader } from '../../src/training/samples/sample-rows.ts';

/** All rows in one array. */
export function allRows(rows: RowReader): Float32Array {
  const data = new Float32Array(rows.count * elementCount(rows.shape));
  rows.read(0, rows.count, data);
  return data;
}
