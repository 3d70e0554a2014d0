import type { DataFile } from '../data-file.ts';
import type { Cells } from './cells.ts';
import type { CsvFormat } from './csv-format.ts';
import { readCells } from './read-cells.ts';

/** The rows of a file behind its header: those of `cells` from row `from` on, `start` of them being before. */
export interface DataRows {
  readonly cells: Cells;
  readonly from: number;
  readonly start: number;
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
