/** The rows of one file as numbers, in blocks. */

import { inputError, type TinymlError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import type { RowBlock } from '../row-source.ts';
import type { BadCell, ReadCell } from './cell-reader.ts';
import type { Cells } from './cells.ts';
import type { FileLayout } from './column-layout.ts';
import type { CsvFormat } from './csv-format.ts';
import { type DataRows, dataRows, quotesError, whereIs } from './data-rows.ts';

const SHOWN_CHARACTERS = 24;

/** What is the same for all files of a table. */
export interface TableReading {
  readonly format: CsvFormat;
  readonly names: readonly string[];
  /** Of each column of the table how its cells are read. */
  readonly readers: readonly ReadCell[];
  /** Those of which nothing but finite numbers is taken as it is. */
  readonly plain: readonly boolean[];
  skip(error: TinymlError): void;
}

function shown(text: string | undefined): string {
  if (text === undefined) return 'bytes';
  return JSON.stringify(text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text);
}

class RowReader {
  readonly #layout: FileLayout;
  readonly #reading: TableReading;

  constructor(layout: FileLayout, reading: TableReading) {
    this.#layout = layout;
    this.#reading = reading;
  }

  #badCell(rows: DataRows, row: number, place: number, { text, why, hint }: BadCell): TinymlError {
    const column = JSON.stringify(this.#reading.names[place]);
    return inputError(
      'bad-data',
      `${whereIs(this.#layout.file, rows, row)} holds ${shown(text)} in column ${column}, ${why}`,
      hint,
    );
  }

  /** Why the row as a whole is wrong. Values behind the last column may be empty: spreadsheets write such. */
  #flaw(rows: DataRows, row: number): TinymlError | undefined {
    const { cells } = rows;
    const wrongQuotes = quotesError(this.#layout.file, rows, row);
    if (wrongQuotes !== undefined) return wrongQuotes;
    const count = cells.rowStarts[row + 1] - cells.rowStarts[row];
    const columns = this.#layout.places.length;
    if (count === columns || (count > columns && this.#areEmpty(cells, row, columns))) return undefined;
    return inputError(
      'bad-data',
      `${whereIs(this.#layout.file, rows, row)} has ${counted(count, 'value')}, and the file has ${counted(columns, 'column')}`,
      `Correct the row; values are separated by ${JSON.stringify(this.#reading.format.delimiter)}.`,
    );
  }

  #areEmpty(cells: Cells, row: number, from: number): boolean {
    for (let cell = cells.rowStarts[row] + from; cell < cells.rowStarts[row + 1]; cell++) {
      if (cells.text(cell)?.trim() !== '') return false;
    }
    return true;
  }

  /** Writes the row's values from `into[offset]` on; returns what is wrong with it. */
  read(rows: DataRows, row: number, into: Float64Array, offset: number): TinymlError | undefined {
    const { cells } = rows;
    const { readers, plain } = this.#reading;
    const { places } = this.#layout;
    const [start, end] = [cells.rowStarts[row], cells.rowStarts[row + 1]];
    if (end - start !== places.length || cells.flaw(row) !== undefined) {
      const flaw = this.#flaw(rows, row);
      if (flaw !== undefined) return flaw;
    }
    const { numbers } = cells;
    for (let i = 0; i < places.length; i++) {
      const place = places[i];
      const number = numbers[start + i];
      if (plain[place] && number - number === 0) {
        into[offset + place] = number;
        continue;
      }
      const value = readers[place](cells, start + i);
      if (typeof value !== 'number') return this.#badCell(rows, row, place, value);
      into[offset + place] = value;
    }
    return undefined;
  }
}

/** Blocks end where a row is left out, so that the rows of one follow each other in the file. */
export function* tableRows(layout: FileLayout, reading: TableReading): Generator<RowBlock> {
  const { file, places } = layout;
  const reader = new RowReader(layout, reading);
  let values = new Float64Array(0);
  for (const part of dataRows(file, reading.format)) {
    const { cells, from, start } = part;
    const wanted = (cells.rows - from) * places.length;
    if (values.length < wanted) values = new Float64Array(wanted);
    let first = from;
    const blockTo = (row: number): RowBlock => ({
      file,
      start: start + first - from,
      rows: row - first,
      values,
    });
    for (let row = from; row < cells.rows; row++) {
      const error = reader.read(part, row, values, (row - first) * places.length);
      if (error === undefined) continue;
      reading.skip(error);
      if (row > first) yield blockTo(row);
      first = row + 1;
    }
    if (cells.rows > first) yield blockTo(cells.rows);
  }
}
