/** Parquet files: tables by columns, a row group at a time. */

import * as z from 'zod';
import { inputError, withAsyncErrorContext } from '../../core/errors.ts';
import type { DataFile } from './data-file.ts';
import { checkRowLength, JsonColumns, type JsonTable } from './json/json-columns.ts';
import type { ParquetGroup } from './parquet/open-parquet.ts';
import { badData, skipFailure } from './read-file.ts';
import type { RowBlock } from './row-source.ts';
import type { ReadContext, Source } from './source.ts';

const parquetFormatSchema = z.strictObject({});
type ParquetFormat = z.infer<typeof parquetFormatSchema>;

const BLOCK_VALUES = 2 ** 16;

/** A value as JSON would have it, with times as texts. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array);
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, plain(own)]));
}

function* rowsOf({ rows, columns }: ParquetGroup): Generator<Readonly<Record<string, unknown>>> {
  const named = [...columns];
  for (let row = 0; row < rows; row++) {
    yield Object.fromEntries(named.map(([name, data]) => [name, plain(data[row])]));
  }
}

function* blocksOf(
  file: DataFile,
  group: ParquetGroup,
  table: JsonTable,
  context: ReadContext,
): Generator<RowBlock> {
  const most = Math.max(1, Math.floor(BLOCK_VALUES / table.length));
  const values = new Float64Array(Math.min(most, group.rows) * table.length);
  let [start, rows] = [group.start, 0];
  for (const row of rowsOf(group)) {
    const flaw = table.write(row, values, rows * table.length);
    if (flaw === undefined) rows++;
    else {
      const where = `${file.path}: row ${start + rows + 1}`;
      context.skip(badData(`${where} ${flaw}`, 'Correct the row, with null where there is no value.'));
    }
    if (flaw === undefined && rows < most) continue;
    if (rows > 0) yield { file, start, rows, values };
    [start, rows] = [start + rows + (flaw === undefined ? 0 : 1), 0];
  }
  if (rows > 0) yield { file, start, rows, values };
}

/** Reads all row groups of a file; errors name it. */
async function* groupsOf(file: DataFile): AsyncGenerator<ParquetGroup> {
  // Its codecs compile WebAssembly as soon as they are loaded: not where nobody reads such a file.
  const { parquetGroups } = await import('./parquet/open-parquet.ts');
  const bytes = file.open();
  try {
    const groups = parquetGroups(bytes);
    for (;;) {
      const next = await withAsyncErrorContext(file.path, () => groups.next());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    bytes.close();
  }
}

/** Adds the columns of a file; false for one that is skipped. */
async function addColumns(file: DataFile, columns: JsonColumns, context: ReadContext): Promise<boolean> {
  try {
    for await (const group of groupsOf(file)) for (const row of rowsOf(group)) columns.add(row);
    return true;
  } catch (error) {
    skipFailure(error, context);
    return false;
  }
}

/** Columns by name; nested lists of equal shape are one value, members of structs stand behind a dot. */
export const parquetSource: Source<ParquetFormat, 'parquet'> = {
  name: 'parquet',
  summary: 'Tables in Parquet files, with lists of equal shape as columns of that shape.',
  format: parquetFormatSchema,
  recognizes: (head) => new TextDecoder('latin1').decode(head.subarray(0, 4)) === 'PAR1',
  async sniff() {
    return {};
  },
  async open(files, _, context) {
    const columns = new JsonColumns();
    const good: DataFile[] = [];
    for (const file of files) if (await addColumns(file, columns, context)) good.push(file);
    const table = columns.table(context);
    if (table.columns.length === 0)
      throw inputError(
        'no-data',
        'The Parquet files have no row',
        'Give files with rows; where they lie beside others, name those that are meant.',
      );
    checkRowLength(table.length);
    return {
      columns: table.columns,
      async *blocks(): AsyncGenerator<RowBlock> {
        for (const file of good)
          for await (const group of groupsOf(file)) yield* blocksOf(file, group, table, context);
      },
    };
  },
};
