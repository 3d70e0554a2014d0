/** Data read once from end to end: what each column holds, and how many rows each file has. */

import type { DataFile } from '../../core/data-file.ts';
import { elementCount, type Shape } from '../../core/tensor.ts';
import { type ColumnStatistics, collectStatistics } from '../../data/checks/column-statistics.ts';
import { type Column, columnOffsets, type RowSource, rowLengthOf } from '../../data/sources/row-source.ts';

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

export async function profileRows(source: RowSource): Promise<Profile> {
  const plain = new PlainColumns(source);
  const statistics = collectStatistics(plain.places.length);
  const files: { file: DataFile; rows: number }[] = [];
  let rows = 0;
  for await (const block of source.blocks()) {
    statistics.see(plain.of(block.values, block.rows), block.rows);
    if (files.at(-1)?.file !== block.file) files.push({ file: block.file, rows: 0 });
    files[files.length - 1].rows += block.rows;
    rows += block.rows;
  }
  const found = statistics.finish();
  const columns = source.columns.map((column, place): ProfiledColumn => {
    const index = plain.places.indexOf(place);
    return index < 0 ? column : { ...column, statistics: found[index] };
  });
  return { columns, files, rows };
}

/** The one column of pictures or lists, where there is one. */
export function shapedColumn({ columns }: Profile): (ProfiledColumn & { readonly shape: Shape }) | undefined {
  return columns.find(({ shape }) => elementCount(shape) > 1);
}
