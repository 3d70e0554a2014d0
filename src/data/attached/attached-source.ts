/** A table whose columns of file names are what these files hold. */

import { inputError, TinymlError } from '../../core/errors.ts';
import { elementCount } from '../../core/tensor.ts';
import type { DataFile } from '../sources/data-file.ts';
import { findColumn } from '../sources/find-column.ts';
import { skipFailure } from '../sources/read-file.ts';
import {
  type Column,
  columnOffsets,
  type RowBlock,
  type RowSource,
  rowLengthOf,
} from '../sources/row-source.ts';
import type { ReadContext } from '../sources/source.ts';
import { type AttachedForm, attachedShape } from './attached-forms.ts';
import { readAttached } from './read-attached.ts';

/** Finds the file that a table calls `name`. Throws where there is none. */
export type FindAttached = (table: DataFile, name: string) => DataFile;

/** Row `row` of a block, counted as the user does. */
function whereIs({ file, start }: RowBlock, row: number, { name }: Column): string {
  return `${file.path}: row ${start + row + 1}, column ${JSON.stringify(name)}`;
}

/** What a row calls its file; undefined where the cell is empty. Throws `bad-data` (input) for names that no table keeps. */
function fileName(value: number, { texts = [] }: Column): string | undefined {
  if (Number.isNaN(value)) return undefined;
  const name = texts[value];
  if (name !== undefined) return name;
  throw inputError(
    'bad-data',
    'its name is too long, or one of too many',
    'Make names of files shorter, or the table smaller.',
  );
}

function inCell(where: string, error: unknown): unknown {
  if (!(error instanceof TinymlError) || error.code === 'file-changed') return error;
  return new TinymlError(error.kind, error.code, `${where}: ${error.message}`, error.hint, error);
}

/** From a row of the table to a row with the values of its files. */
class AttachedRow {
  readonly #table: RowSource;
  readonly #forms: readonly (AttachedForm | undefined)[];
  readonly #find: FindAttached;
  readonly #from: readonly number[];
  readonly #to: readonly number[];

  constructor(
    table: RowSource,
    columns: readonly Column[],
    forms: readonly (AttachedForm | undefined)[],
    find: FindAttached,
  ) {
    this.#table = table;
    this.#forms = forms;
    this.#find = find;
    this.#from = columnOffsets(table);
    this.#to = columnOffsets({ columns });
  }

  /** `cells` are the values of the table's row. */
  async read(block: RowBlock, row: number, cells: Float64Array, into: Float64Array): Promise<void> {
    for (const [place, column] of this.#table.columns.entries()) {
      const [from, to] = [this.#from[place], this.#to[place]];
      const form = this.#forms[place];
      if (form === undefined) into.set(cells.subarray(from, from + elementCount(column.shape)), to);
      else await this.#readFile(block, row, { column, form, cell: cells[from] }, into, to);
    }
  }

  async #readFile(
    block: RowBlock,
    row: number,
    { column, form, cell }: { readonly column: Column; readonly form: AttachedForm; readonly cell: number },
    into: Float64Array,
    to: number,
  ): Promise<void> {
    try {
      const name = fileName(cell, column);
      if (name === undefined) into.fill(Number.NaN, to, to + elementCount(attachedShape(form)));
      else into.set(await readAttached(this.#find(block.file, name), form), to);
    } catch (error) {
      throw inCell(whereIs(block, row, column), error);
    }
  }
}

/**
 * The rows of `table`, of which the columns that `forms` name, categories, become arrays: one file is in memory at a time. Rows
 * whose file cannot be read are handed to `skip`; the sentence names table, row and column.
 */
export function attachedSource(
  table: RowSource,
  forms: readonly AttachedForm[],
  find: FindAttached,
  context: Pick<ReadContext, 'skip'>,
): RowSource {
  const formOf = new Map(forms.map((form) => [findColumn(table.columns, form.column), form]));
  const byPlace = table.columns.map((_, place) => formOf.get(place));
  const columns = table.columns.map((column, place): Column => {
    const form = byPlace[place];
    return form === undefined ? column : { name: column.name, kind: 'number', shape: attachedShape(form) };
  });
  const rows = new AttachedRow(table, columns, byPlace, find);
  const [before, after] = [rowLengthOf(table), rowLengthOf({ columns })];
  return {
    columns,
    async *blocks() {
      const values = new Float64Array(after);
      for await (const block of table.blocks()) {
        for (let row = 0; row < block.rows; row++) {
          try {
            await rows.read(block, row, block.values.subarray(row * before, (row + 1) * before), values);
          } catch (error) {
            skipFailure(error, context);
            continue;
          }
          yield { file: block.file, start: block.start + row, rows: 1, values };
        }
      }
    },
  };
}

/** What a table calls the files that it names in `columns`, each once. */
export async function namesIn(
  table: RowSource,
  columns: readonly string[],
): Promise<readonly { readonly file: DataFile; readonly name: string }[]> {
  const places = columns.map((name) => findColumn(table.columns, name));
  const offsets = columnOffsets(table);
  const width = rowLengthOf(table);
  const found = new Map<DataFile, Set<string>>();
  for await (const { file, rows, values } of table.blocks()) {
    const names = found.get(file) ?? new Set();
    found.set(file, names);
    for (const place of places) {
      const { texts = [] } = table.columns[place];
      for (let row = 0; row < rows; row++) {
        const name = texts[values[row * width + offsets[place]]];
        if (name !== undefined) names.add(name);
      }
    }
  }
  return [...found].flatMap(([file, names]) => [...names].map((name) => ({ file, name })));
}
