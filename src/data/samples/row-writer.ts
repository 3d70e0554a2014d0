/** Takes the rows of all files one at a time, and leaves out those in which something is missing. */

import type { DataFile } from '../../core/data-file.ts';
import { GrowingArray } from '../../core/growing-array.ts';
import type { Scratch } from '../../core/scratch.ts';
import { bytesOf, elementCount } from '../../core/tensor.ts';
import { columnOffsets, type RowBlock, type RowSource, rowLengthOf } from '../sources/row-source.ts';
import { type IsMissing, isAbsent, isBeyondFloat32, type MissingOptions } from './missing.ts';
import type { Roles } from './roles.ts';

/** Rows that follow each other. */
export interface Run {
  readonly file: DataFile;
  /** Place of the first row among all rows. */
  readonly first: number;
  readonly count: number;
}

interface GrowingRun extends Run {
  count: number;
}

/** Places of the values of some columns in a row. */
export function placesOf(source: RowSource, columns: readonly (number | undefined)[]): Uint32Array {
  const offsets = columnOffsets(source);
  return Uint32Array.from(
    columns.flatMap((column) =>
      column === undefined
        ? []
        : Array.from({ length: elementCount(source.columns[column].shape) }, (_, i) => offsets[column] + i),
    ),
  );
}

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

/** A row in which something is missing. */
export interface DroppedRow {
  /** From 1 on, in all files. */
  readonly row: number;
  /** Their places. */
  readonly columns: readonly number[];
}

/** Takes rows one at a time. */
export class RowWriter {
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
  firstDropped: DroppedRow | undefined;
  readonly droppedFor: Uint32Array;
  readonly beyondFloat32: Uint32Array;
  readonly #codes: ReadonlySet<number>;
  /** Of every column: the row that was counted last as beyond float32, from 1 on. */
  readonly #lastBeyond: Float64Array;
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
    this.beyondFloat32 = new Uint32Array(source.columns.length);
    this.#lastBeyond = new Float64Array(source.columns.length);
    this.#codes = codes;
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
    const hasFeatures = this.#readFeatures(values, start);
    const hasTargets = this.#hasTargets(values, start);
    if (!hasFeatures || !hasTargets || Number.isNaN(group)) {
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
    this.firstDropped ??= { row: this.count + this.dropped, columns: [...missing] };
  }

  /** Whether nothing is missing that has to be there. */
  #readFeatures(values: Float64Array, start: number): boolean {
    let isWhole = true;
    for (let i = 0; i < this.#features.length; i++) {
      const { place, column, isMissing } = this.#features[i];
      let value = values[start + place];
      if (isMissing(value)) {
        this.#countBeyond(value, column);
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
    let isWhole = true;
    for (const { place, column, isMissing } of this.#targets) {
      const value = values[start + place];
      if (!isMissing(value)) continue;
      this.#countBeyond(value, column);
      isWhole = false;
    }
    return isWhole;
  }

  /** A column of several values counts once in a row; a code says itself that it is nothing. */
  #countBeyond(value: number, column: number): void {
    const row = this.count + this.dropped + 1;
    if (!isBeyondFloat32(value) || this.#codes.has(value) || this.#lastBeyond[column] === row) return;
    this.#lastBeyond[column] = row;
    this.beyondFloat32[column]++;
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
