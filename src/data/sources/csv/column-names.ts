/** What a file of text says its columns are. */

import { inputError } from '../../../core/errors.ts';
import type { DataFile } from '../data-file.ts';
import type { Cells } from './cells.ts';
import type { CsvFormat } from './csv-format.ts';
import { readCells } from './read-cells.ts';

/** Genes and spectra have tens of thousands. */
export const MAX_COLUMNS = 2 ** 16;

export interface FileColumns {
  readonly file: DataFile;
  readonly names: readonly string[];
}

/** Texts of a row without the empty ones at its end, which a delimiter behind the last value makes. */
function namesIn(cells: Cells, file: DataFile): string[] {
  const names: string[] = [];
  for (let cell = 0; cell < cells.rowStarts[1]; cell++) {
    const text = cells.text(cell);
    if (text === undefined) {
      throw inputError(
        'bad-data',
        `${file.path}: column ${cell + 1} has a name that is not UTF-8`,
        'Save the file as UTF-8.',
      );
    }
    names.push(text.trim());
  }
  while (names.length > 1 && names.at(-1) === '') names.pop();
  return names;
}

/** A name that is given twice gets a number, one that is not given its place. */
function distinct(names: readonly string[]): string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  return names.map((name, place) => {
    let own = name === '' ? `x${place}` : name;
    for (let again = 1; seen.has(own) || (own !== name && taken.has(own)); again++) own = `${name}.${again}`;
    seen.add(own);
    return own;
  });
}

/** Undefined where the file has no row. Throws `bad-data`, and `too-large` (unsupported) for too many columns. */
export function readColumnNames(file: DataFile, format: CsvFormat): FileColumns | undefined {
  const bytes = file.open();
  try {
    for (const cells of readCells(bytes, file.path, format)) {
      if (cells.rows === 0) continue;
      const count = cells.rowStarts[1];
      if (count > MAX_COLUMNS) {
        throw inputError(
          'too-large',
          `${file.path}: row 1 has ${count} columns, and at most ${MAX_COLUMNS} are read`,
          'Put one sample on each row, or fewer values into each.',
        );
      }
      if (!format.header) return { file, names: Array.from({ length: count }, (_, place) => `x${place}`) };
      return { file, names: distinct(namesIn(cells, file)) };
    }
    return undefined;
  } finally {
    bytes.close();
  }
}
