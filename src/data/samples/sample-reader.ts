/** Samples read from the rows on scratch, as they were measured. */

import { elementCount, type Shape } from '../../core/tensor.ts';
import type { Rows } from './rows.ts';
import type { Windows } from './windows.ts';

export interface SampleReader {
  readonly count: number;
  /** Of one sample: that of a row, or `[window length, …]`. */
  readonly shape: Shape;
  /** Copies one sample into the beginning of `into`, in C order. */
  read(sample: number, into: Float32Array): void;
}

/** `isSequence`: whether windows have an axis of time, which those of one row need not have. */
export function readSamples(rows: Rows, { length, first }: Windows, isSequence: boolean): SampleReader {
  return {
    count: first.length,
    shape: isSequence ? [length, ...rows.shape] : rows.shape,
    read: (sample, into) => rows.read(first[sample], length, into),
  };
}

/** The samples that `places` names, `batch` at a time in one array that is used again. */
export function* batchesOf(
  reader: SampleReader,
  places: Int32Array,
  batch: number,
): Generator<{ readonly samples: Float32Array; readonly start: number; readonly count: number }> {
  const size = elementCount(reader.shape);
  const all = new Float32Array(Math.min(batch, places.length) * size);
  for (let start = 0; start < places.length; start += batch) {
    const count = Math.min(batch, places.length - start);
    const samples = all.subarray(0, count * size);
    for (let i = 0; i < count; i++)
      reader.read(places[start + i], samples.subarray(i * size, (i + 1) * size));
    yield { samples, start, count };
  }
}
