/** What methods of compression did, as a table: a row for the model as it came, and one behind each method. */

import { countOf } from '../../core/figure-text.ts';
import type { CompressionTable } from '../../models/compress/compress-model.ts';
import { compressionLegend, compressionRows, compressionTitles } from '../../models/compress/table-rows.ts';
import type { CompressFileJson } from '../printed-json.ts';
import { printable } from './printable.ts';
import { formatTable } from './table.ts';

const INDENT = '  ';

/** `terminal` is how many cells a line of the terminal has. */
function tableText(table: CompressionTable, terminal?: number): string {
  const columns = compressionTitles(table).map((title, place) => ({
    title,
    align: place === 0 ? ('left' as const) : ('right' as const),
  }));
  return `${formatTable(columns, compressionRows(table), terminal)}\n\n${compressionLegend(table)}\n`;
}

/** Indented. */
export function renderCompression(table: CompressionTable, terminal?: number): string {
  const room = terminal === undefined ? undefined : terminal - INDENT.length;
  return tableText(table, room).replace(/^(?=.)/gm, INDENT);
}

/** The table, and what was written. */
export function renderCompressedFile(file: CompressFileJson, terminal?: number): string {
  const { form, bytes, written, interrupted } = file;
  const state = interrupted ? ', stopped early' : '';
  return `${tableText(file, terminal)}\n${printable(written)}: ${form}, ${countOf(bytes, 'byte')}${state}\n`;
}
