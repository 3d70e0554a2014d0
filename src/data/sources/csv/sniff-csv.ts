/** The format of a table of text, by the beginning of its first file. */

import { given } from '../../../core/given.ts';
import { bytesInMemory } from '../../../core/random-access.ts';
import { rateOfRows } from './clock-column.ts';
import { type CsvFormat, DATE_ORDERS, type DateOrder, MISSING_TEXTS } from './csv-format.ts';
import { numberOf } from './number-text.ts';
import { readCells } from './read-cells.ts';
import { ambiguousDate, timeOf } from './time-text.ts';

/** What most often separates values, behind what rarely stands in them. */
const DELIMITERS = ['\t', ';', '|', ',', ' '] as const;
const DECIMAL_COMMA = /^[+-]?\d*,\d+$/;
/** Either a comma in front of three decimals, or one between thousands. */
const THOUSANDS = /^[+-]?[1-9]\d{0,2}(?:,\d{3})+$/;
const DECIMAL_POINT = /^[+-]?\d*\.\d+$/;

/** More rows with wrong quotation marks tell nothing new, and each costs the parsing of what follows. */
const MOST_FLAWS = 10;

type Rows = readonly (readonly string[])[];

const PLAIN: Omit<CsvFormat, 'delimiter'> = {
  decimal: '.',
  header: true,
  missing: [...MISSING_TEXTS],
  dates: 'iso',
};

/** The rows of a text; the last one only where the text `isWhole`. Texts that are no UTF-8 are empty. */
function rowsOf(head: Uint8Array, path: string, delimiter: string, isWhole: boolean): Rows {
  const rows: string[][] = [];
  let flaws = 0;
  for (const cells of readCells(bytesInMemory(head), path, { ...PLAIN, delimiter })) {
    for (let row = 0; row < cells.rows; row++) {
      const length = cells.rowStarts[row + 1] - cells.rowStarts[row];
      if (cells.flaw(row) !== undefined && ++flaws > MOST_FLAWS) return rows;
      rows.push(Array.from({ length }, (_, i) => cells.text(cells.rowStarts[row] + i)?.trim() ?? ''));
    }
  }
  return isWhole || rows.length < 2 ? rows : rows.slice(0, -1);
}

/** How many of the rows have as many values as the first one; 0 where that is one. */
function agreement(rows: Rows): number {
  if (rows.length === 0 || rows[0].length < 2) return 0;
  return rows.filter(({ length }) => length === rows[0].length).length / rows.length;
}

function sniffDecimal(cells: readonly string[]): CsvFormat['decimal'] {
  const commas = cells.filter((cell) => DECIMAL_COMMA.test(cell));
  const isComma =
    commas.some((cell) => !THOUSANDS.test(cell)) && !cells.some((cell) => DECIMAL_POINT.test(cell));
  return isComma ? ',' : '.';
}

function sniffDates(cells: readonly string[]): DateOrder {
  const dates = cells.flatMap((cell) => ambiguousDate(cell) ?? []);
  if (dates.length === 0) return 'iso';
  const isValid = (order: DateOrder) =>
    cells.every((cell) => ambiguousDate(cell) === undefined || !Number.isNaN(timeOf(cell, order)));
  return DATE_ORDERS.find((order) => order !== 'iso' && isValid(order)) ?? 'iso';
}

/** A first row names the columns where no value of it is a number, a date or missing but the first. */
function sniffHeader([first]: Rows, { decimal, dates, missing }: Omit<CsvFormat, 'header'>): boolean {
  const isValue = (cell: string) =>
    !Number.isNaN(numberOf(cell, decimal)) || !Number.isNaN(timeOf(cell, dates));
  const names = first.filter((cell) => cell !== '');
  return names.length > 0 && !names.some((cell) => isValue(cell) || missing.includes(cell));
}

/** Of the beginning of a file, which may be all of it. Undefined where it holds no row. Throws `bad-data`. */
export function sniffCsv(head: Uint8Array, path: string, isWhole: boolean): CsvFormat | undefined {
  const tables = DELIMITERS.map((delimiter) => ({ delimiter, rows: rowsOf(head, path, delimiter, isWhole) }));
  const most = Math.max(...tables.map(({ rows }) => agreement(rows)));
  const { delimiter, rows } =
    tables.find((table) => most > 0 && agreement(table.rows) === most) ?? tables[DELIMITERS.indexOf(',')];
  if (rows.length === 0) return undefined;
  const cells = rows.slice(1).flat();
  const known = {
    delimiter,
    decimal: sniffDecimal(cells),
    dates: sniffDates(cells),
    missing: [...MISSING_TEXTS],
  };
  const header = sniffHeader(rows, known);
  const rate = header ? rateOfRows(rows, known) : undefined;
  return { ...known, header, ...given({ rate }) };
}
