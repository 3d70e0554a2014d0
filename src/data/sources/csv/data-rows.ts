import type { TinymlError } from '../../../core/errors.ts';
import type { DataFile } from '../data-file.ts';
import { badData } from '../read-file.ts';
import type { Cells } from './cells.ts';
import type { CsvFormat } from './csv-format.ts';
import { readCells } from './read-cells.ts';

/** The rows of a file behind its header: those of `cells` from row `from` on, `start` of them being before. */
export interface DataRows {
  readonly cells: Cells;
  readonly from: number;
  readonly start: number;
}

/** File, row and line, as an error's sentence begins. */
export function whereIs({ path }: DataFile, { cells, from, start }: DataRows, row: number): string {
  return `${path}: row ${start + row - from + 1} (line ${cells.line(row)})`;
}

/** What is wrong with the quotation marks of a row, if anything is. */
export function quotesError(file: DataFile, rows: DataRows, row: number): TinymlError | undefined {
  const flaw = rows.cells.flaw(row);
  return flaw === undefined
    ? undefined
    : badData(`${whereIs(file, rows, row)} ${flaw}`, 'Double the quotation marks inside of quotes.');
}

export function* dataRows(file: DataFile, format: CsvFormat): Generator<DataRows> {
  const bytes = file.open();
  try {
    let headers = format.header ? 1 : 0;
    let start = 0;
    for (const cells of readCells(bytes, file.path, format)) {
      const from = Math.min(headers, cells.rows);
      headers -= from;
      yield { cells, from, start };
      start += cells.rows - from;
    }
  } finally {
    bytes.close();
  }
}
