/** The rows of all files with what a network is to learn of each, on scratch: nothing but a few numbers a row is in memory. */

import { inputError } from '../../core/errors.ts';
import { GrowingArray } from '../../core/growing-array.ts';
import type { Scratch } from '../../core/scratch.ts';
import { bytesOf, elementCount, type Shape } from '../../core/tensor.ts';
import type { DataFile } from '../sources/data-file.ts';
import { columnOffsets, type RowBlock, type RowSource, rowLengthOf } from '../sources/row-source.ts';
import { featureShape, type Roles } from './roles.ts';

/** What is done with rows in which something is missing. */
export const MISSING_POLICIES = ['drop', 'previous'] as const;

export interface MissingOptions {
  /** Numbers that stand for nothing: −200 where a sensor was off. */
  readonly codes: readonly number[];
  /** `previous` takes the value of the row before it in the same file, and drops rows that have none before them. */
  readonly policy: (typeof MISSING_POLICIES)[number];
}

/** Rows that follow each other without a gap: of one file, and of one group. */
export interface Run {
  readonly file: DataFile;
  /** Place of the first row among all rows. */
  readonly first: number;
  readonly count: number;
}

export interface Rows {
  /** Of the features of one row. */
  readonly shape: Shape;
  readonly count: number;
  readonly runs: readonly Run[];
  /** [count × targets], row after row. */
  readonly targets: Float64Array;
  readonly targetCount: number;
  /** Of each row; empty where no column is one. */
  readonly groups: Float64Array;
  readonly times: Float64Array;
  /** How many rows were left out because something was missing in them. */
  readonly dropped: number;
  read(start: number, rows: number, into: Float32Array): void;
}

/** Reads features back as they were written. */
function readerOf(scratch: Scratch, length: number): Rows['read'] {
  return (start, rows, into) => scratch.readAt(4 * start * length, bytesOf(into.subarray(0, rows * length)));
}

/** Places of the values of some columns in a row. */
function placesOf(source: RowSource, columns: readonly number[]): Uint32Array {
  const offsets = columnOffsets(source);
  return Uint32Array.from(
    columns.flatMap((column) =>
      Array.from({ length: elementCount(source.columns[column].shape) }, (_, i) => offsets[column] + i),
    ),
  );
}

/** Takes rows one at a time, and cuts runs where a file, a group or a row ends. */
class RowWriter {
  readonly #scratch: Scratch;
  readonly #features: Uint32Array;
  readonly #targets: Uint32Array;
  readonly #group: number | undefined;
  readonly #time: number | undefined;
  readonly #missing: MissingOptions;
  readonly #row: Float32Array;
  readonly #rowBytes: Uint8Array;
  readonly #previous: Float64Array;
  readonly #isMissing: (value: number) => boolean;
  readonly runs: { file: DataFile; first: number; count: number }[] = [];
  readonly targets = new GrowingArray((length) => new Float64Array(length));
  readonly groups = new GrowingArray((length) => new Float64Array(length));
  readonly times = new GrowingArray((length) => new Float64Array(length));
  count = 0;
  dropped = 0;
  #file: DataFile | undefined;
  #ended = true;

  constructor(source: RowSource, roles: Roles, missing: MissingOptions, scratch: Scratch) {
    this.#scratch = scratch;
    this.#features = placesOf(source, roles.features);
    this.#targets = placesOf(source, roles.targets);
    [this.#group] = placesOf(source, roles.group === undefined ? [] : [roles.group]);
    [this.#time] = placesOf(source, roles.time === undefined ? [] : [roles.time]);
    this.#missing = missing;
    this.#row = new Float32Array(this.#features.length);
    this.#rowBytes = bytesOf(this.#row);
    this.#previous = new Float64Array(rowLengthOf(source)).fill(Number.NaN);
    const codes = new Set(missing.codes);
    this.#isMissing = codes.size === 0 ? Number.isNaN : (value) => Number.isNaN(value) || codes.has(value);
  }

  take({ file, rows, values }: RowBlock, length: number): void {
    if (file !== this.#file) {
      this.#file = file;
      this.#previous.fill(Number.NaN);
      this.#ended = true;
    }
    for (let row = 0; row < rows; row++) this.#takeRow(values, row * length);
  }

  /** The value at `place` of the row that starts at `start`, or the one before it; NaN where there is none. */
  #value(values: Float64Array, start: number, place: number): number {
    const value = values[start + place];
    if (!this.#isMissing(value)) {
      this.#previous[place] = value;
      return value;
    }
    return this.#missing.policy === 'previous' ? this.#previous[place] : Number.NaN;
  }

  #takeRow(values: Float64Array, start: number): void {
    let whole = true;
    for (let i = 0; i < this.#features.length; i++) {
      const value = this.#value(values, start, this.#features[i]);
      this.#row[i] = value;
      whole &&= Number.isFinite(this.#row[i]);
    }
    for (const place of this.#targets) whole &&= !this.#isMissing(values[start + place]);
    if (this.#group !== undefined) whole &&= !Number.isNaN(values[start + this.#group]);
    if (!whole) {
      this.dropped++;
      this.#ended = true;
      return;
    }
    this.#keepRow(values, start);
  }

  #keepRow(values: Float64Array, start: number): void {
    const group = this.#group === undefined ? undefined : values[start + this.#group];
    if (group !== undefined && this.groups.length > 0 && this.groups.all()[this.count - 1] !== group)
      this.#ended = true;
    if (this.#ended) this.runs.push({ file: this.#file as DataFile, first: this.count, count: 0 });
    this.#ended = false;
    this.runs[this.runs.length - 1].count++;
    this.#scratch.append(this.#rowBytes);
    for (const place of this.#targets) this.targets.push(values[start + place]);
    if (group !== undefined) this.groups.push(group);
    if (this.#time !== undefined) this.times.push(values[start + this.#time]);
    this.count++;
  }
}

/** Values beyond float32 count as missing. Throws `no-rows` (input). */
export async function readRows(
  source: RowSource,
  roles: Roles,
  missing: MissingOptions,
  scratch: Scratch,
): Promise<Rows> {
  const writer = new RowWriter(source, roles, missing, scratch);
  const length = rowLengthOf(source);
  for await (const block of source.blocks()) writer.take(block, length);
  if (writer.count === 0) {
    throw inputError(
      'no-rows',
      writer.dropped === 0
        ? 'There is not one row in these files'
        : `Something is missing in all ${writer.dropped} rows`,
      'See "missing" in the project file, and leave out columns that are mostly empty ("ignore").',
    );
  }
  const shape = featureShape(source.columns, roles);
  return {
    shape,
    count: writer.count,
    runs: writer.runs,
    targets: writer.targets.all(),
    targetCount: roles.targets.length,
    groups: writer.groups.all(),
    times: writer.times.all(),
    dropped: writer.dropped,
    read: readerOf(scratch, elementCount(shape)),
  };
}
