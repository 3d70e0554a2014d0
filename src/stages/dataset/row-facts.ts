/** One pass over the samples of a dataset, for the checks: statistics of their columns, copies, and a few of their rows. */

import { elementCount } from '../../core/tensor.ts';
import {
  type ColumnStatistics,
  collectStatistics,
  type StatisticsCollector,
} from '../../data/checks/column-statistics.ts';
import { findDuplicates } from '../../data/checks/duplicate-samples.ts';
import type { Finding } from '../../data/checks/finding.ts';
import { RowBlocks } from '../../data/samples/row-blocks.ts';
import type { Rows } from '../../data/samples/rows.ts';
import type { SampleReader } from '../../data/samples/sample-reader.ts';
import { placesAmong, type Windows } from '../../data/samples/windows.ts';
import { PART } from '../../data/splits/parts.ts';

/** So many samples tell what one column decides. */
const PICKED = 10_000;
const BLOCK_ROWS = 256;

/** Of a few samples, spread evenly: each column's value in the last row. */
export interface PickedRows {
  readonly samples: Int32Array;
  readonly columns: readonly Float64Array[];
}

export interface RowFacts {
  /** Of the rows of the training and the test samples; each row counts once. */
  readonly train: readonly ColumnStatistics[];
  readonly test: readonly ColumnStatistics[];
  readonly duplicates: readonly Finding[];
  readonly picked: PickedRows;
  /** Root of the mean square of every sample, where that was asked for. */
  readonly levels: Float32Array | undefined;
}

/** Hands rows to a collector, many at a time. */
class RowCollector {
  /** Where in a row they are. */
  readonly #places: readonly number[];
  readonly #width: number;
  readonly #block: Float64Array;
  readonly #collector: StatisticsCollector;
  #rows = 0;
  /** The row behind the last one that was seen: windows share rows. */
  #next = 0;
  #recording: number | undefined;

  /** `width`: values of a row. */
  constructor(places: readonly number[], width: number) {
    this.#places = places;
    this.#width = width;
    this.#block = new Float64Array(BLOCK_ROWS * places.length);
    this.#collector = collectStatistics(places.length);
  }

  /** `rows` rows from `first` on, of the recording in that place; their values are those from `from` on. */
  see(recording: number, first: number, rows: number, values: Float32Array, from: number): void {
    const places = this.#places;
    const count = places.length;
    if (count === 0) return;
    if (recording !== this.#recording) this.#begin(recording);
    for (let row = Math.max(0, this.#next - first); row < rows; row++) {
      if (this.#rows === BLOCK_ROWS) this.#hand();
      const [to, at] = [this.#rows++ * count, from + row * this.#width];
      for (let i = 0; i < count; i++) this.#block[to + i] = values[at + places[i]];
    }
    this.#next = Math.max(this.#next, first + rows);
  }

  #begin(recording: number): void {
    this.#hand();
    this.#collector.begin();
    this.#recording = recording;
  }

  #hand(): void {
    this.#collector.see(this.#block, this.#rows);
    this.#rows = 0;
  }

  finish(): readonly ColumnStatistics[] {
    this.#hand();
    return this.#collector.finish();
  }
}

function levelOf(values: Float32Array, from: number, length: number): number {
  let sum = 0;
  for (let i = from; i < from + length; i++) sum += values[i] * values[i];
  return Math.sqrt(sum / length);
}

export interface FactOptions {
  /** Where in a row the columns with names are; of what is nothing but arrays none. */
  readonly columns: readonly number[];
  readonly ofLevels: boolean;
}

/** `parts`: of every sample its place in `PARTS`, or above them. */
export function gatherRowFacts(
  {
    rows,
    windows,
    reader,
  }: { readonly rows: Rows; readonly windows: Windows; readonly reader: SampleReader },
  parts: Uint8Array,
  { columns, ofLevels }: FactOptions,
): RowFacts {
  const width = elementCount(rows.shape);
  const size = elementCount(reader.shape);
  const every = Math.ceil(parts.length / PICKED);
  const blocks = new RowBlocks(
    rows.count,
    size / windows.length,
    (length) => new Float32Array(length),
    rows.read,
  );
  const collectors = new Map([PART.train, PART.test].map((part) => [part, new RowCollector(columns, width)]));
  const recordings = placesAmong(windows, rows.recordings);
  const duplicates = findDuplicates();
  let bits = new Uint32Array(0);
  const picked = new Int32Array(Math.ceil(parts.length / every));
  const values = columns.map(() => new Float64Array(picked.length));
  const levels = ofLevels ? new Float32Array(parts.length) : undefined;
  let count = 0;
  for (let sample = 0; sample < parts.length; sample++) {
    if (parts[sample] > PART.test) continue;
    const from = blocks.seek(windows.first[sample], windows.length);
    const own = blocks.values;
    if (bits.buffer !== own.buffer) bits = new Uint32Array(own.buffer);
    if (levels !== undefined) levels[sample] = levelOf(own, from, size);
    duplicates.see(bits, from, size, parts[sample]);
    collectors.get(parts[sample])?.see(recordings[sample], windows.first[sample], windows.length, own, from);
    if (sample % every !== 0) continue;
    for (let column = 0; column < columns.length; column++)
      values[column][count] = own[from + size - width + columns[column]];
    picked[count++] = sample;
  }
  const statistics = (part: number) => collectors.get(part)?.finish() ?? [];
  return {
    train: statistics(PART.train),
    test: statistics(PART.test),
    duplicates: duplicates.finish(),
    picked: { samples: picked.subarray(0, count), columns: values.map((own) => own.subarray(0, count)) },
    levels,
  };
}
