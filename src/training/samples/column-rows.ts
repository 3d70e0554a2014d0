import { elementCount } from '../../core/tensor.ts';
import type { SampleRows } from './sample-rows.ts';

/** Columns `from` to `from + count` of rows, as rows: what of the targets is one output's. */
export function columnRows(rows: SampleRows, from: number, count: number): SampleRows {
  const size = elementCount(rows.shape);
  let whole = new Float32Array(0);
  const cut = (length: number, into: Float32Array, read: (whole: Float32Array) => void): void => {
    if (whole.length < length * size) whole = new Float32Array(length * size);
    read(whole);
    for (let row = 0; row < length; row++) {
      for (let i = 0; i < count; i++) into[row * count + i] = whole[row * size + from + i];
    }
  };
  return {
    count: rows.count,
    shape: [count],
    read: (start, length, into) => cut(length, into, (all) => rows.read(start, length, all)),
    gather: (order, start, length, into) =>
      cut(length, into, (all) => rows.gather(order, start, length, all)),
  };
}
