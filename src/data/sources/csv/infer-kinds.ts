/** What columns hold, by all of their values. */

import type { TinymlError } from '../../../core/errors.ts';
import { KindCounts } from '../kind-counts.ts';
import type { ColumnKind } from '../row-source.ts';
import { MissingCells } from './cell-reader.ts';
import type { FileLayout } from './column-layout.ts';
import type { CsvFormat } from './csv-format.ts';
import { type DataRows, dataRows, quotesError } from './data-rows.ts';
import { timeOf } from './time-text.ts';

/** Counts the values of rows whose quotation marks are right. */
function count(
  { cells, from }: DataRows,
  places: readonly number[],
  format: CsvFormat,
  missing: MissingCells,
  counts: KindCounts,
  onFlaw: (row: number) => void,
): void {
  const { numbers, rowStarts } = cells;
  const addText = (text: string | undefined, place: number) => {
    if (text !== undefined && missing.hasText(text)) return;
    counts.addText(place, text !== undefined && !Number.isNaN(timeOf(text, format.dates)));
  };
  for (let row = from; row < cells.rows; row++) {
    if (cells.flaw(row) !== undefined) {
      onFlaw(row);
      continue;
    }
    const start = rowStarts[row];
    const width = Math.min(places.length, rowStarts[row + 1] - start);
    for (let i = 0; i < width; i++) {
      const number = numbers[start + i];
      if (Number.isNaN(number)) addText(cells.text(start + i)?.trim(), places[i]);
      else if (!missing.hasNumber(number)) counts.addNumber(places[i]);
    }
  }
}

/** Of each column its kind: what `known` says, else what nearly all of its values are. Reads the files where it must. */
export function inferKinds(
  layouts: readonly FileLayout[],
  known: readonly (ColumnKind | undefined)[],
  format: CsvFormat,
  skip: (error: TinymlError) => void,
): readonly ColumnKind[] {
  if (known.every((kind) => kind !== undefined)) return known;
  const [counts, missing] = [new KindCounts(), new MissingCells(format)];
  for (const { file, places } of layouts) {
    for (const rows of dataRows(file, format)) {
      // Each makes the rest of its piece be parsed again, so that a limit to them is a limit to the time.
      const onFlaw = (row: number) => {
        const error = quotesError(file, rows, row);
        if (error !== undefined) skip(error);
      };
      count(rows, places, format, missing, counts, onFlaw);
    }
  }
  return known.map((kind, place) => kind ?? counts.kind(place));
}
