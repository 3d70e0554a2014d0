/** The rows of all files with what a network is to learn of each, on scratch: a few numbers a row are in memory. */

import type { DataFile } from '../../core/data-file.ts';
import { inputError } from '../../core/errors.ts';
import { GrowingArray } from '../../core/growing-array.ts';
import type { Scratch } from '../../core/scratch.ts';
import { bytesOf, elementCount, type Shape } from '../../core/tensor.ts';
import {
  type Column,
  columnOffsets,
  type RowBlock,
  type RowSource,
  rowLengthOf,
} from '../sources/row-source.ts';
import { featureShape, type Roles } from './roles.ts';

/** What is done with rows in which something is missing. */
export const MISSING_POLICIES = ['drop', 'previous', 'keep'] as const;

export interface MissingOptions {
  /** Numbers that stand for nothing: −200 where a sensor was off. */
  readonly codes: readonly number[];
  /**
   * `previous` takes the value of the row before it in the same recording, and drops rows that have none before them.
   * `keep` leaves features NaN, for a preparing step to fill. Rows without a target are dropped.
   */
  readonly policy: (typeof MISSING_POLICIES)[number];
}

/** Rows that follow each other. */
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
  /** The rows of one file, and of one group in it. */
  readonly recordings: readonly Run[];
  /** Recordings cut where a row is missing. */
  readonly runs: readonly Run[];
  readonly targetCount: number;
  /** Of each row; empty where no column is one. */
  readonly groups: Float64Array;
  readonly times: Float64Array;
  /** How many rows were left out because something was missing in them. */
  readonly dropped: number;
  /** Of every column of the source: in how many of those rows it was missing. */
  readonly droppedFor: Uint32Array;
  /** The features of `rows` rows. */
  read(start: number, rows: number, into: Float32Array): void;
  readTargets(start: number, rows: number, into: Float64Array): void;
}

interface GrowingRun extends Run {
  count: number;
}

/** Places of the values of some columns in a row. */
function placesOf(source: RowSource, columns: readonly (number | undefined)[]): Uint32Array {
  const offsets = columnOffsets(source);
  return Uint32Array.from(
    columns.flatMap((column) =>
      column === undefined
        ? []
        : Array.from({ length: elementCount(source.columns[column].shape) }, (_, i) => offsets[column] + i),
    ),
  );
}

type IsMissing = (value: number) => boolean;

// What float32 cannot hold is nothing that a network could see.
const isAbsent: IsMissing = (value) => !Number.isFinite(Math.fround(value));

/** A value of a column that has to be there. */
interface NeededValue {
  /** In a row. */
  readonly place: number;
  readonly column: number;
  readonly isMissing: IsMissing;
}

/** Codes are numbers: the places of a category's texts are none. */
function neededValues(
  source: RowSource,
  columns: readonly (number | undefined)[],
  codes: ReadonlySet<number>,
): readonly NeededValue[] {
  const isCoded: IsMissing = (value) => isAbsent(value) || codes.has(value);
  return columns.flatMap((column) => {
    if (column === undefined) return [];
    const isMissing = codes.size > 0 && source.columns[column].kind === 'number' ? isCoded : isAbsent;
    return [...placesOf(source, [column])].map((place) => ({ place, column, isMissing }));
  });
}

const growing = () => new GrowingArray((length) => new Float64Array(length));

/** Where features and targets of the rows go. */
export interface Kept {
  readonly features: Scratch;
  readonly targets: Scratch;
}

const BLOCK_VALUES = 2 ** 14;

/** Rows of a few numbers, gathered before they are written. */
class BlockWriter<Values extends Float32Array | Float64Array> {
  readonly #scratch: Scratch;
  readonly #block: Values;
  #filled = 0;

  constructor(scratch: Scratch, make: (length: number) => Values) {
    this.#scratch = scratch;
    this.#block = make(BLOCK_VALUES);
  }

  push(value: number): void {
    if (this.#filled === BLOCK_VALUES) this.flush();
    this.#block[this.#filled++] = value;
  }

  flush(): void {
    this.#scratch.append(bytesOf(this.#block.subarray(0, this.#filled)));
    this.#filled = 0;
  }
}

/** Takes rows one at a time. */
class RowWriter {
  readonly #features: readonly NeededValue[];
  readonly #targets: readonly NeededValue[];
  readonly #group: number | undefined;
  readonly #groupColumn: number | undefined;
  readonly #time: number | undefined;
  readonly #policy: MissingOptions['policy'];
  readonly #row: Float32Array;
  readonly #kept: BlockWriter<Float32Array>;
  readonly #keptTargets: BlockWriter<Float64Array>;
  readonly #previous: Float64Array;
  readonly recordings: GrowingRun[] = [];
  readonly runs: GrowingRun[] = [];
  readonly groups = growing();
  readonly times = growing();
  count = 0;
  dropped = 0;
  readonly droppedFor: Uint32Array;
  #file: DataFile | undefined;
  #lastGroup: number | undefined;
  #nextStart = 0;
  #isCut = true;

  constructor(source: RowSource, roles: Roles, missing: MissingOptions, kept: Kept) {
    const codes = new Set(missing.codes);
    this.#features = neededValues(source, roles.features, codes);
    this.#targets = neededValues(source, roles.targets, codes);
    [this.#group] = placesOf(source, [roles.group]);
    this.#groupColumn = roles.group;
    this.droppedFor = new Uint32Array(source.columns.length);
    [this.#time] = placesOf(source, [roles.time]);
    this.#policy = missing.policy;
    this.#row = new Float32Array(this.#features.length);
    this.#kept = new BlockWriter(kept.features, (length) => new Float32Array(length));
    this.#keptTargets = new BlockWriter(kept.targets, (length) => new Float64Array(length));
    this.#previous = new Float64Array(rowLengthOf(source)).fill(Number.NaN);
  }

  take({ file, start, rows, values }: RowBlock, length: number): void {
    if (file !== this.#file) this.#begin(file);
    if (start !== this.#nextStart) this.#isCut = true;
    this.#nextStart = start + rows;
    for (let row = 0; row < rows; row++) this.#takeRow(values, row * length);
  }

  #begin(file: DataFile): void {
    this.#file = file;
    this.#lastGroup = undefined;
    this.#nextStart = 0;
    this.#previous.fill(Number.NaN);
    this.recordings.push({ file, first: this.count, count: 0 });
    this.#isCut = true;
  }

  #takeRow(values: Float64Array, start: number): void {
    const group = this.#group === undefined ? undefined : values[start + this.#group];
    const isWhole =
      this.#readFeatures(values, start) && this.#hasTargets(values, start) && !Number.isNaN(group);
    if (!isWhole) {
      this.#drop(values, start, group);
      return;
    }
    const file = this.#file as DataFile;
    if (group !== this.#lastGroup && this.#lastGroup !== undefined) {
      this.recordings.push({ file, first: this.count, count: 0 });
      this.#isCut = true;
    }
    this.#lastGroup = group;
    if (this.#isCut) this.runs.push({ file, first: this.count, count: 0 });
    this.#isCut = false;
    this.#keep(values, start, group);
  }

  /** `#row` holds what is there of the features. */
  #drop(values: Float64Array, start: number, group: number | undefined): void {
    this.dropped++;
    this.#isCut = true;
    const missing = new Set<number>();
    this.#features.forEach(({ column }, i) => {
      if (this.#policy !== 'keep' && Number.isNaN(this.#row[i])) missing.add(column);
    });
    for (const { place, column, isMissing } of this.#targets) {
      if (isMissing(values[start + place])) missing.add(column);
    }
    if (this.#groupColumn !== undefined && Number.isNaN(group)) missing.add(this.#groupColumn);
    for (const column of missing) this.droppedFor[column]++;
  }

  /** Whether nothing is missing that has to be there. */
  #readFeatures(values: Float64Array, start: number): boolean {
    let isWhole = true;
    for (let i = 0; i < this.#features.length; i++) {
      const { place, isMissing } = this.#features[i];
      let value = values[start + place];
      if (isMissing(value)) {
        value = this.#policy === 'previous' ? this.#previous[place] : Number.NaN;
        isWhole &&= this.#policy === 'keep' || !Number.isNaN(value);
      } else {
        this.#previous[place] = value;
      }
      this.#row[i] = value;
    }
    return isWhole;
  }

  #hasTargets(values: Float64Array, start: number): boolean {
    return this.#targets.every(({ place, isMissing }) => !isMissing(values[start + place]));
  }

  #keep(values: Float64Array, start: number, group: number | undefined): void {
    this.recordings[this.recordings.length - 1].count++;
    this.runs[this.runs.length - 1].count++;
    for (let i = 0; i < this.#row.length; i++) this.#kept.push(this.#row[i]);
    for (let i = 0; i < this.#targets.length; i++)
      this.#keptTargets.push(values[start + this.#targets[i].place]);
    if (group !== undefined) this.groups.push(group);
    if (this.#time !== undefined) this.times.push(values[start + this.#time]);
    this.count++;
  }

  end(): void {
    this.#kept.flush();
    this.#keptTargets.flush();
  }
}

/** So many columns say where most is missing. */
const NAMED_COLUMNS = 6;

/** `"a" in 43, "b" in 7`, the worst first: of how many rows that were left out each column had no value. */
export function missingText(columns: readonly Column[], droppedFor: Uint32Array): string {
  const named = columns
    .map(({ name }, place) => ({ name, rows: droppedFor[place] }))
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => b.rows - a.rows);
  const texts = named.slice(0, NAMED_COLUMNS).map(({ name, rows }) => `${JSON.stringify(name)} in ${rows}`);
  const more = named.length - texts.length;
  return [...texts, ...(more > 0 ? [`${more} more ${more === 1 ? 'column' : 'columns'}`] : [])].join(', ');
}

/** Values beyond float32 count as missing. Throws `no-rows` (input). */
export async function readRows(
  source: RowSource,
  roles: Roles,
  missing: MissingOptions,
  kept: Kept,
): Promise<Rows> {
  const writer = new RowWriter(source, roles, missing, kept);
  const length = rowLengthOf(source);
  for await (const block of source.blocks()) writer.take(block, length);
  writer.end();
  if (writer.count === 0) {
    throw inputError(
      'no-rows',
      writer.dropped === 0
        ? 'There is not one row in these files'
        : `Something is missing in all ${writer.dropped} rows (${missingText(source.columns, writer.droppedFor)})`,
      'See "missing" in the project file, and leave out columns that are mostly empty ("ignore").',
    );
  }
  const shape = featureShape(source.columns, roles);
  const [size, width] = [elementCount(shape), placesOf(source, roles.targets).length];
  return {
    shape,
    count: writer.count,
    recordings: writer.recordings.filter(({ count }) => count > 0),
    runs: writer.runs,
    targetCount: width,
    groups: writer.groups.all(),
    times: writer.times.all(),
    dropped: writer.dropped,
    droppedFor: writer.droppedFor,
    read: (start, rows, into) =>
      kept.features.readAt(4 * start * size, bytesOf(into.subarray(0, rows * size))),
    readTargets: (start, rows, into) =>
      kept.targets.readAt(8 * start * width, bytesOf(into.subarray(0, rows * width))),
  };
}
