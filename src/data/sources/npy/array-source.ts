/** Files of arrays as rows: what `.npy` and `.npz` share. */

import { inputError } from '../../../core/errors.ts';
import type { RandomAccessBytes } from '../../../core/random-access.ts';
import type { DataFile } from '../data-file.ts';
import { readOrSkip } from '../read-file.ts';
import type { RowBlock, RowSource } from '../row-source.ts';
import type { ReadContext } from '../source.ts';
import { ArrayTable, arrayColumns, type NamedArray } from './array-table.ts';

/** The arrays of a file; of all but the first file those with the `names` that the first has. */
export type FindArrays = (
  bytes: RandomAccessBytes,
  names: readonly string[] | undefined,
) => readonly NamedArray[];

/** Columns are those of the first file. `kind` is how its files are called: `.npy`. */
export function openArrays(
  files: readonly DataFile[],
  context: ReadContext,
  kind: string,
  arraysOf: FindArrays,
): RowSource {
  let table: ArrayTable | undefined;
  const inOrder: (bytes: RandomAccessBytes) => readonly NamedArray[] = (bytes) =>
    arraysOf(
      bytes,
      table?.columns.map(({ name }) => name),
    );
  const good = files.filter(
    (file) =>
      readOrSkip(file, context, (bytes) => {
        const columns = arrayColumns(inOrder(bytes));
        table ??= new ArrayTable(columns, context);
        table.check(columns);
        return true;
      }) === true,
  );
  if (table === undefined) throw inputError('no-data', 'There is no array to read', `Give ${kind} files.`);
  const read: ArrayTable = table;
  return {
    columns: read.columns,
    async *blocks(): AsyncGenerator<RowBlock> {
      for (const file of good) {
        const bytes = file.open();
        try {
          yield* read.blocks(file, inOrder(bytes));
        } finally {
          bytes.close();
        }
      }
    },
  };
}
