/** JSON: one row on each line, a list of rows, or samples by label as trainers in browsers save them. */

import { inputError } from '../../core/errors.ts';
import type { RandomAccessBytes } from '../../core/random-access.ts';
import type { DataFile } from './data-file.ts';
import { checkRowLength, JsonColumns, type JsonTable } from './json/json-columns.ts';
import { type JsonFormat, type JsonLayout, jsonFormatSchema } from './json/json-format.ts';
import { jsonRows, labelledSamples, readDocument } from './json/json-rows.ts';
import { badData, lookAt, readOrSkip } from './read-file.ts';
import type { RowBlock } from './row-source.ts';
import type { ReadContext, Source } from './source.ts';

const BLOCK_VALUES = 2 ** 16;
const SNIFFED_BYTES = 2 ** 16;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Lines where the first one is JSON of its own and another follows. */
function sniffLayout(bytes: RandomAccessBytes): JsonLayout {
  const head = new Uint8Array(Math.min(SNIFFED_BYTES, bytes.length));
  bytes.readAt(0, head);
  const [first, ...others] = new TextDecoder().decode(head).trimStart().split('\n');
  if (others.some((line) => line.trim() !== '') && isJson(first)) return 'lines';
  if (first.startsWith('[')) return 'list';
  // An object on one line that is longer than what was looked at is a row of lines, or samples by label.
  return labelledSamples(readDocument(bytes, 'the file')) === undefined ? 'lines' : 'labels';
}

function* blocksOf(
  file: DataFile,
  bytes: RandomAccessBytes,
  layout: JsonLayout,
  table: JsonTable,
  context: ReadContext,
): Generator<RowBlock> {
  const most = Math.max(1, Math.floor(BLOCK_VALUES / table.length));
  const values = new Float64Array(most * table.length);
  let [start, rows] = [0, 0];
  for (const json of jsonRows(bytes, file.path, layout)) {
    const flaw = 'flaw' in json ? json.flaw : table.write(json.value, values, rows * table.length);
    if (flaw === undefined) rows++;
    else {
      context.skip(
        badData(`${file.path}: ${json.where} ${flaw}`, 'Correct the row, with null where there is no value.'),
      );
    }
    if (rows > 0 && (rows === most || flaw !== undefined)) yield { file, start, rows, values };
    if (rows === most || flaw !== undefined) [start, rows] = [json.row + 1, 0];
  }
  if (rows > 0) yield { file, start, rows, values };
}

/** Columns by name, or by place where rows are lists; nested lists of equal shape are one value. */
export const jsonSource: Source<JsonFormat, 'json'> = {
  name: 'json',
  summary: 'JSON: rows as objects or lists, on lines or in a list, or samples by label.',
  format: jsonFormatSchema,
  recognizes: (head) => /^\ufeff?\s*[[{]/.test(new TextDecoder('utf-8', { ignoreBOM: true }).decode(head)),
  async sniff(files) {
    const [layout] = lookAt(files.slice(0, 1), sniffLayout);
    return { layout };
  },
  async open(files, { layout }, context) {
    const columns = new JsonColumns();
    const good = files.filter((file) =>
      readOrSkip(file, context, (bytes) => {
        for (const json of jsonRows(bytes, file.path, layout)) if ('value' in json) columns.add(json.value);
        return true;
      }),
    );
    const table = columns.table(context);
    if (table.columns.length === 0)
      throw inputError(
        'no-data',
        'The JSON files have no row',
        'Give files with rows; where they lie beside others, name those that are meant.',
      );
    checkRowLength(table.length);
    return {
      columns: table.columns,
      async *blocks(): AsyncGenerator<RowBlock> {
        for (const file of good) {
          const bytes = file.open();
          try {
            yield* blocksOf(file, bytes, layout, table, context);
          } finally {
            bytes.close();
          }
        }
      },
    };
  },
};
