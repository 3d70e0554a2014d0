/** What columns hold, by all of their values. */

import type { ColumnKind } from '../row-source.ts';
import { MissingCells } from './cell-reader.ts';
import type { Cells } from './cells.ts';
import type { FileLayout } from './column-layout.ts';
import type { CsvFormat } from './csv-format.ts';
import { dataRows } from './data-rows.ts';
import { timeOf } from './time-text.ts';

/** So many values of one kind for each that is not are a column of that kind with mistakes in it, which reading names. */
const MISTAKES = 20;

/** Counts the values of each column. */
class KindCounts {
  readonly #numbers: Float64Array;
  readonly #times: Float64Array;
  readonly #texts: Float64Array;
  readonly #missing: MissingCells;
  readonly #format: CsvFormat;

  constructor(columns: number, format: CsvFormat) {
    this.#numbers = new Float64Array(columns);
    this.#times = new Float64Array(columns);
    this.#texts = new Float64Array(columns);
    this.#missing = new MissingCells(format);
    this.#format = format;
  }

  add(cells: Cells, from: number, places: readonly number[]): void {
    const { numbers } = cells;
    for (let row = from; row < cells.rows; row++) {
      const start = cells.rowStarts[row];
      const count = Math.min(places.length, cells.rowStarts[row + 1] - start);
      for (let i = 0; i < count; i++) {
        const number = numbers[start + i];
        if (Number.isNaN(number)) this.#addText(cells.text(start + i)?.trim(), places[i]);
        else if (!this.#missing.hasNumber(number)) this.#numbers[places[i]]++;
      }
    }
  }

  #addText(text: string | undefined, place: number): void {
    if (text !== undefined && this.#missing.hasText(text)) return;
    const isTime = text !== undefined && !Number.isNaN(timeOf(text, this.#format.dates));
    (isTime ? this.#times : this.#texts)[place]++;
  }

  kind(place: number): ColumnKind {
    const [numbers, times] = [this.#numbers[place], this.#times[place]];
    const rest = this.#texts[place];
    if (numbers >= MISTAKES * (times + rest)) return 'number';
    return times >= MISTAKES * (numbers + rest) ? 'time' : 'category';
  }
}

/** Of each column its kind: what `known` says, else what nearly all of its values are. Reads the files where it must. */
export function inferKinds(
  layouts: readonly FileLayout[],
  known: readonly (ColumnKind | undefined)[],
  format: CsvFormat,
): readonly ColumnKind[] {
  if (known.every((kind) => kind !== undefined)) return known;
  const counts = new KindCounts(known.length, format);
  for (const { file, places } of layouts) {
    for (const { cells, from } of dataRows(file, format)) counts.add(cells, from, places);
  }
  return known.map((kind, place) => kind ?? counts.kind(place));
}
