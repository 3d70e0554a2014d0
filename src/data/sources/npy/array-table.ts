/** Arrays with equally many rows, as columns. */

import { unsupportedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import type { RandomAccessBytes } from '../../../core/random-access.ts';
import { formatShape } from '../../../core/tensor.ts';
import type { DataFile } from '../data-file.ts';
import { findColumn } from '../find-column.ts';
import { finiteRows } from '../finite-rows.ts';
import { badData } from '../read-file.ts';
import { type Column, columnOffsets, type RowBlock, rowLengthOf } from '../row-source.ts';
import type { ReadContext } from '../source.ts';
import { TextBudget, TextTable } from '../text-table.ts';
import { type ArrayLayout, readArrayLayout, readArrayRows } from './array-rows.ts';

const BLOCK_VALUES = 2 ** 16;
/** One row is held as doubles. */
const MAX_ROW_VALUES = 2 ** 24;

/** An array by name, with the bytes of its `.npy` file. */
export interface NamedArray {
  readonly name: string;
  readonly bytes: RandomAccessBytes;
}

export interface ArrayColumn {
  readonly name: string;
  readonly layout: ArrayLayout;
}

/** Reads the arrays' headers; they have equally many rows. */
export function arrayColumns(arrays: readonly NamedArray[]): readonly ArrayColumn[] {
  const columns = arrays.map(({ name, bytes }) => ({ name, layout: readArrayLayout(bytes) }));
  const other = columns.find(({ layout }) => layout.rows !== columns[0].layout.rows);
  if (other !== undefined) {
    throw badData(
      `array ${JSON.stringify(other.name)} has ${counted(other.layout.rows, 'row')}, and ${JSON.stringify(columns[0].name)} has ${columns[0].layout.rows}`,
      'Name arrays with equally many rows ("arrays").',
    );
  }
  return columns;
}

/** What all files of a data set share: the columns of the first one. */
export class ArrayTable {
  readonly columns: readonly Column[];
  readonly #tables: readonly (TextTable | undefined)[];
  readonly #offsets: readonly number[];
  readonly #length: number;
  readonly #context: ReadContext;

  constructor(first: readonly ArrayColumn[], context: ReadContext) {
    const budget = new TextBudget();
    const kinds = first.map(({ layout }) => layout.elements.kind);
    for (const [name, kind] of Object.entries(context.kinds ?? {})) {
      const place = findColumn(first, name);
      if (kinds[place] === 'category' && kind !== 'category') {
        throw badData(`Column ${JSON.stringify(name)} holds texts`, 'Make it a category.');
      }
      kinds[place] = kind;
    }
    this.#tables = kinds.map((kind) => (kind === 'category' ? new TextTable(budget) : undefined));
    this.columns = first.map(({ name, layout: { shape } }, i) => {
      const texts = this.#tables[i]?.texts;
      return { name, kind: kinds[i], shape, ...(texts === undefined ? {} : { texts }) };
    });
    this.#offsets = columnOffsets(this);
    this.#length = rowLengthOf(this);
    this.#context = context;
    if (this.#length > MAX_ROW_VALUES) {
      throw unsupportedError(
        'too-large',
        `a row has ${this.#length} values, and at most ${MAX_ROW_VALUES} are read`,
        'The first axis must count the rows.',
      );
    }
  }

  /** Refuses a file whose arrays are others than those of the first. */
  check(arrays: readonly ArrayColumn[]): void {
    this.columns.forEach(({ name, shape, kind }, i) => {
      const { layout } = arrays[i];
      if (formatShape(layout.shape) !== formatShape(shape)) {
        throw badData(
          `rows of ${JSON.stringify(name)} have the shape ${formatShape(layout.shape)}, and those of the first file ${formatShape(shape)}`,
          'Files of one data set hold rows of one shape.',
        );
      }
      if (layout.elements.kind === 'category' && kind !== 'category') {
        throw badData(
          `${JSON.stringify(name)} holds texts, and numbers in the first file`,
          'Save it as numbers.',
        );
      }
    });
  }

  *blocks(file: DataFile, arrays: readonly NamedArray[]): Generator<RowBlock> {
    const columns = arrayColumns(arrays);
    this.check(columns);
    const all = columns[0].layout.rows;
    const most = Math.max(1, Math.floor(BLOCK_VALUES / this.#length));
    const values = new Float64Array(Math.min(most, all) * this.#length);
    for (let start = 0; start < all; start += most) {
      const rows = Math.min(most, all - start);
      columns.forEach(({ layout }, i) => {
        this.#readColumn(arrays[i].bytes, layout, i, start, rows, values);
      });
      yield* finiteRows({ file, start, rows, values }, this.columns, this.#context);
    }
  }

  #readColumn(
    bytes: RandomAccessBytes,
    layout: ArrayLayout,
    column: number,
    start: number,
    rows: number,
    into: Float64Array,
  ): void {
    const { elements } = layout;
    const [table, offset, length] = [this.#tables[column], this.#offsets[column], this.#length];
    const valueAt = (view: DataView, at: number): number => {
      if (table === undefined) return elements.number(view, at);
      const text = elements.text?.(view, at) ?? String(elements.number(view, at));
      return text === '' || text === 'NaN' ? Number.NaN : table.of(text);
    };
    readArrayRows(bytes, layout, start, rows, (row, place, view, at) => {
      into[row * length + offset + place] = valueAt(view, at);
    });
  }
}
