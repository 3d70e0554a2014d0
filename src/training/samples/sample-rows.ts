/** Rows of equal shape, one for each sample: what a training reads inputs and targets from. */

import { inputError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { elementCount, formatShape, type Shape } from '../../core/tensor.ts';

/** Rows that are read where they lie; `RecordSource` of `data/` is one. */
export interface RowReader {
  readonly count: number;
  /** Of one row. */
  readonly shape: Shape;
  /** Copies rows `start` to `start + rows` into the beginning of `into`, each in C order. */
  read(start: number, rows: number, into: Float32Array): void;
}

export interface SampleRows extends RowReader {
  /**
   * Copies the rows that `order` names from `start` on into the beginning of `into`; fastest from one batch to the next.
   * An array that was given once names the same rows ever after.
   */
  gather(order: Uint32Array, start: number, rows: number, into: Float32Array): void;
}

/** Fewer values are copied one by one before a view of them is made. */
const VIEWED_VALUES = 64;

/** into[to …] = from[start …], `count` values. */
export function copyValues(
  from: Float32Array,
  start: number,
  count: number,
  into: Float32Array,
  to: number,
): void {
  if (count >= VIEWED_VALUES) into.set(from.subarray(start, start + count), to);
  else for (let i = 0; i < count; i++) into[to + i] = from[start + i];
}

/** An array whose first dimension counts the rows, as rows. Throws `bad-samples` for values that are not of its shape. */
export function rowsInMemory({ data, shape }: { data: Float32Array; shape: Shape }): SampleRows {
  const [count, ...rowShape] = shape;
  const size = elementCount(rowShape);
  if (shape.length === 0 || data.length !== count * size) {
    throw inputError(
      'bad-samples',
      `Samples of shape ${formatShape(shape)} are not made of ${counted(data.length, 'value')}.`,
      'The first dimension counts the samples.',
    );
  }
  return {
    count,
    shape: rowShape,
    read(start, rows, into) {
      copyValues(data, start * size, rows * size, into, 0);
    },
    gather(order, start, rows, into) {
      for (let row = 0; row < rows; row++) {
        copyValues(data, order[start + row] * size, size, into, row * size);
      }
    },
  };
}

const BLOCK_VALUES = 2 ** 16;

/** Calls `see` with all values in order, a few rows at a time; the array holds until the next call. */
export function forEachBlock(rows: RowReader, see: (values: Float32Array) => void): void {
  const size = elementCount(rows.shape);
  const most = Math.max(1, Math.min(rows.count, Math.floor(BLOCK_VALUES / size)));
  const block = new Float32Array(most * size);
  for (let start = 0; start < rows.count; start += most) {
    const count = Math.min(most, rows.count - start);
    rows.read(start, count, block);
    see(block.subarray(0, count * size));
  }
}
