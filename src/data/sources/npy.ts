/** NumPy's `.npy` files: the first axis counts the rows of one column. */

import * as z from 'zod';
import { inputError } from '../../core/errors.ts';
import { NPY_MARK } from '../records/npy-layout.ts';
import type { DataFile } from './data-file.ts';
import { ArrayTable, arrayColumns, type NamedArray } from './npy/array-table.ts';
import { readOrSkip } from './read-file.ts';
import type { RowBlock } from './row-source.ts';
import type { Source } from './source.ts';

const npyFormatSchema = z.strictObject({});
type NpyFormat = z.infer<typeof npyFormatSchema>;

const COLUMN = 'x0';

/** One column `x0` with the shape of the array behind its first axis; texts are a category. */
export const npySource: Source<NpyFormat, 'npy'> = {
  name: 'npy',
  summary: 'Arrays of NumPy (.npy): the first axis counts the rows.',
  extensions: ['.npy'],
  format: npyFormatSchema,
  recognizes: (head) => NPY_MARK.every((byte, i) => head[i] === byte),
  async sniff() {
    return {};
  },
  async open(files, _, context) {
    let table: ArrayTable | undefined;
    const good: DataFile[] = [];
    for (const file of files) {
      const isGood = readOrSkip(file, context, (bytes) => {
        const columns = arrayColumns([{ name: COLUMN, bytes }]);
        table ??= new ArrayTable(columns, context);
        table.check(columns);
        return true;
      });
      if (isGood) good.push(file);
    }
    if (table === undefined) throw inputError('no-data', 'There is no array to read', 'Give .npy files.');
    const read = table;
    return {
      columns: read.columns,
      async *blocks(): AsyncGenerator<RowBlock> {
        for (const file of good) {
          const bytes = file.open();
          try {
            const arrays: readonly NamedArray[] = [{ name: COLUMN, bytes }];
            yield* read.blocks(file, arrays);
          } finally {
            bytes.close();
          }
        }
      },
    };
  },
};
