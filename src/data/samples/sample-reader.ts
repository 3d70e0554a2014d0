/** Samples read from the rows on scratch, as they were measured. */

import { elementCount, type Shape } from '../../core/tensor.ts';
import { RowBlocks } from './row-blocks.ts';
import type { Rows } from './rows.ts';
import type { Windows } from './windows.ts';

export interface SampleReader {
  readonly count: number;
  /** Of one sample: that of a row, or `[window length, …]`. */
  readonly shape: Shape;
  /** Copies one sample into `into` from `offset` on, in C order. Fast for samples in the order of their rows. */
  read(sample: number, into: Float32Array, offset: number): void;
}

/** `isSequence`: whether windows have an axis of time, which those of one row need not have. */
export function readSamples(rows: Rows, { length, first }: Windows, isSequence: boolean): SampleReader {
  const shape = isSequence ? [length, ...rows.shape] : rows.shape;
  const size = elementCount(shape);
  const blocks = new RowBlocks(
    rows.count,
    elementCount(rows.shape),
    (count) => new Float32Array(count),
    rows.read,
  );
  return {
    count: first.length,
    shape,
    read(sample, into, offset) {
      const from = blocks.seek(first[sample], length);
      const { values } = blocks;
      for (let i = 0; i < size; i++) into[offset + i] = values[from + i];
    },
  };
}

/** Some of the samples, in the order of their rows. */
export interface SampleList {
  readonly count: number;
  /** The next one of them behind `sample`, from −1 on, as often as there are some. */
  after(sample: number): number;
}

const BATCH_VALUES = 2 ** 16;

/** So many that they and their like take little memory, and calls for each batch little time. */
export function batchSize(shape: Shape): number {
  return Math.max(1, Math.floor(BATCH_VALUES / elementCount(shape)));
}

/** The samples of `list`, `batch` at a time in one array that is used again. */
export function* batchesOf(
  reader: SampleReader,
  list: SampleList,
  batch = batchSize(reader.shape),
): Generator<{ readonly samples: Float32Array; readonly count: number }> {
  const size = elementCount(reader.shape);
  const all = new Float32Array(Math.min(batch, list.count) * size);
  let sample = -1;
  for (let start = 0; start < list.count; start += batch) {
    const count = Math.min(batch, list.count - start);
    const samples = all.subarray(0, count * size);
    for (let i = 0; i < count; i++) {
      sample = list.after(sample);
      reader.read(sample, samples, i * size);
    }
    yield { samples, count };
  }
}
