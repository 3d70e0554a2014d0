/** From the cells of a file to the numbers of its columns. */

import type { ColumnKind } from '../row-source.ts';
import type { TextTable } from '../text-table.ts';
import type { Cells } from './cells.ts';
import type { CsvFormat } from './csv-format.ts';
import { numberOf } from './number-text.ts';
import { timeOf } from './time-text.ts';

/** Which cells have no value. */
export class MissingCells {
  readonly #texts: ReadonlySet<string>;
  readonly #numbers: ReadonlySet<number>;

  constructor({ missing, decimal }: Pick<CsvFormat, 'missing' | 'decimal'>) {
    this.#texts = new Set(missing.map((text) => text.trim()));
    this.#numbers = new Set(
      missing.map((text) => numberOf(text, decimal)).filter((number) => !Number.isNaN(number)),
    );
  }

  hasText(text: string): boolean {
    return this.#texts.has(text);
  }

  /** Whether a cell that is a number may be missing. */
  get hasNumbers(): boolean {
    return this.#numbers.size > 0;
  }

  hasNumber(number: number): boolean {
    return this.hasNumbers && this.#numbers.has(number);
  }
}

/** Why a cell has no value of its column's kind, as the end of a sentence. */
export interface BadCell {
  readonly text: string | undefined;
  readonly why: string;
  readonly hint: string;
}

export type ReadCell = (cells: Cells, cell: number) => number | BadCell;

const NO_UTF8 = { text: undefined, why: 'which are not UTF-8', hint: 'Save the file as UTF-8.' };

/** Reads cells that have a text, and are not missing. */
function readText(
  missing: MissingCells,
  read: (text: string) => number | Omit<BadCell, 'text'>,
): (cells: Cells, cell: number) => number | BadCell {
  return (cells, cell) => {
    const text = cells.text(cell)?.trim();
    if (text === undefined) return NO_UTF8;
    if (missing.hasText(text)) return Number.NaN;
    const value = read(text);
    return typeof value === 'number' ? value : { text, ...value };
  };
}

function numberReader(missing: MissingCells): ReadCell {
  const bad = readText(missing, () => ({
    why: 'which is no number',
    hint: 'Correct it, name it among the texts that mean a missing value ("missing"), make the column a category, or leave such rows out with --skip-bad.',
  }));
  const infinite = readText(missing, () => ({
    why: 'which is not finite',
    hint: 'Name it among the texts that mean a missing value ("missing").',
  }));
  return (cells, cell) => {
    const number = cells.numbers[cell];
    if (Number.isNaN(number)) return bad(cells, cell);
    if (missing.hasNumber(number)) return Number.NaN;
    return Number.isFinite(number) ? number : infinite(cells, cell);
  };
}

/** How a column of this kind is read; `table` collects the texts of a category. */
export function cellReader(
  kind: ColumnKind,
  format: CsvFormat,
  missing: MissingCells,
  table: TextTable,
): ReadCell {
  if (kind === 'number') return numberReader(missing);
  if (kind === 'category') return readText(missing, (text) => table.of(text));
  return readText(missing, (text) => {
    const time = timeOf(text, format.dates);
    return Number.isNaN(time)
      ? { why: 'which is no date or time', hint: 'Correct it, or say another order of dates ("dates").' }
      : time;
  });
}
