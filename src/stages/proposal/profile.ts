/** Data read once from end to end: what each column holds, and how many rows each file has. */

import type { DataFile } from '../../core/data-file.ts';
import { elementCount, type Shape } from '../../core/tensor.ts';
import {
  type ColumnStatistics,
  collectStatistics,
  type StatisticsCollector,
} from '../../data/checks/column-statistics.ts';
import {
  type Column,
  columnOffsets,
  type RowBlock,
  type RowSource,
  rowLengthOf,
} from '../../data/sources/row-source.ts';

export interface ProfiledColumn extends Column {
  /** Of plain numbers, categories and times; absent for columns of pictures or lists. */
  readonly statistics?: ColumnStatistics;
}

export interface ProfiledFile {
  readonly file: DataFile;
  readonly rows: number;
}

export interface Profile {
  readonly columns: readonly ProfiledColumn[];
  readonly files: readonly ProfiledFile[];
  readonly rows: number;
}

/** Copies the columns of plain values out of rows; most tables have no others. */
class PlainColumns {
  readonly places: readonly number[];
  readonly #offsets: Uint32Array;
  readonly #length: number;
  #values = new Float64Array(0);

  constructor(source: RowSource) {
    const offsets = columnOffsets(source);
    this.places = source.columns.flatMap(({ shape }, place) => (shape.length === 0 ? [place] : []));
    this.#offsets = Uint32Array.from(this.places, (place) => offsets[place]);
    this.#length = rowLengthOf(source);
  }

  of(values: Float64Array, rows: number): Float64Array {
    const width = this.#offsets.length;
    if (width === this.#length) return values;
    if (this.#values.length < rows * width) this.#values = new Float64Array(rows * width);
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < width; i++)
        this.#values[row * width + i] = values[row * this.#length + this.#offsets[i]];
    }
    return this.#values;
  }
}

/** Hands rows to a collector, and tells it where a recording ends: with its file, or where another group begins. */
class RecordingStatistics {
  readonly plain: PlainColumns;
  readonly #collector: StatisticsCollector;
  readonly #group: number;
  #last: number | undefined;

  /** `group` is the place of a column. */
  constructor(source: RowSource, group: number | undefined) {
    this.plain = new PlainColumns(source);
    this.#collector = collectStatistics(this.plain.places.length);
    this.#group = group === undefined ? -1 : this.plain.places.indexOf(group);
  }

  beginFile(): void {
    this.#collector.begin();
    this.#last = undefined;
  }

  see(block: RowBlock): void {
    const width = this.plain.places.length;
    const values = this.plain.of(block.values, block.rows);
    let from = 0;
    for (let row = 0; this.#group >= 0 && row < block.rows; row++) {
      const group = values[row * width + this.#group];
      if (this.#last !== undefined && !Object.is(group, this.#last)) {
        this.#hand(values, from, row);
        this.#collector.begin();
        from = row;
      }
      this.#last = group;
    }
    this.#hand(values, from, block.rows);
  }

  #hand(values: Float64Array, from: number, to: number): void {
    if (to > from) this.#collector.see(values.subarray(from * this.plain.places.length), to - from);
  }

  finish(): readonly ColumnStatistics[] {
    return this.#collector.finish();
  }
}

/** `group`: the place of the column that says what belongs together. */
export async function profileRows(source: RowSource, group?: number): Promise<Profile> {
  const statistics = new RecordingStatistics(source, group);
  const files: { file: DataFile; rows: number }[] = [];
  let rows = 0;
  for await (const block of source.blocks()) {
    if (files.at(-1)?.file !== block.file) {
      files.push({ file: block.file, rows: 0 });
      statistics.beginFile();
    }
    statistics.see(block);
    files[files.length - 1].rows += block.rows;
    rows += block.rows;
  }
  const found = statistics.finish();
  const columns = source.columns.map((column, place): ProfiledColumn => {
    const index = statistics.plain.places.indexOf(place);
    return index < 0 ? column : { ...column, statistics: found[index] };
  });
  return { columns, files, rows };
}

/** Of every column, in how many rows it holds one of its codes; undefined for columns of pictures or lists. */
export async function countCodes(
  source: RowSource,
  codesOf: (place: number) => ReadonlySet<number>,
): Promise<readonly (number | undefined)[]> {
  const plain = new PlainColumns(source);
  const width = plain.places.length;
  const codes = plain.places.map(codesOf);
  const counts = new Array<number>(width).fill(0);
  for await (const { values, rows } of source.blocks()) {
    const own = plain.of(values, rows);
    for (let at = 0; at < rows * width; at++) if (codes[at % width].has(own[at])) counts[at % width]++;
  }
  return source.columns.map((_, place) => counts[plain.places.indexOf(place)]);
}

/** The one column of pictures or lists, where there is one. */
export function shapedColumn({ columns }: Profile): (ProfiledColumn & { readonly shape: Shape }) | undefined {
  return columns.find(({ shape }) => elementCount(shape) > 1);
}
