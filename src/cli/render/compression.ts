/** What methods of compression did, as a table: a row for the model as it came, and one behind each method. */

import type { CompressionTable } from '../../models/compress/compress-model.ts';
import { compressionLegend, compressionRows, compressionTitles } from '../../models/compress/table-rows.ts';
import { formatTable } from './table.ts';

const INDENT = '  ';

/** Indented; `terminal` is how many cells a line of the terminal has. */
export function renderCompression(table: CompressionTable, terminal?: number): string {
  const columns = compressionTitles(table).map((title, place) => ({
    title,
    align: place === 0 ? ('left' as const) : ('right' as const),
  }));
  const room = terminal === undefined ? undefined : terminal - INDENT.length;
  const text = formatTable(columns, compressionRows(table), room);
  return `${text}\n\n${compressionLegend(table)}\n`.replace(/^(?=.)/gm, INDENT);
}
