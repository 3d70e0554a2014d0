import { elementCount } from '../../core/tensor.ts';
import { badData } from './read-file.ts';
import { type Column, columnOffsets, type RowBlock, rowLengthOf } from './row-source.ts';
import type { ReadContext } from './source.ts';

/** Rows of a block with nothing infinite in their numbers; it ends where a row is left out. */
export function* finiteRows(
  block: RowBlock,
  columns: readonly Column[],
  context: Pick<ReadContext, 'skip'>,
): Generator<RowBlock> {
  const length = rowLengthOf({ columns });
  const offsets = columnOffsets({ columns });
  /** The column that is not finite in a row. */
  const wrongColumn = (row: number) =>
    columns.findIndex(({ kind, shape }, column) => {
      if (kind === 'category') return false;
      const from = row * length + offsets[column];
      for (let at = from + elementCount(shape) - 1; at >= from; at--) {
        if (Math.abs(block.values[at]) === Number.POSITIVE_INFINITY) return true;
      }
      return false;
    });
  let first = 0;
  const upTo = (row: number): RowBlock => ({
    file: block.file,
    start: block.start + first,
    rows: row - first,
    values: block.values.subarray(first * length),
  });
  for (let row = 0; row < block.rows; row++) {
    const wrong = wrongColumn(row);
    if (wrong < 0) continue;
    context.skip(
      badData(
        `${block.file.path}: row ${block.start + row + 1} holds infinity in column ${JSON.stringify(columns[wrong].name)}`,
        'Write NaN where there is no value.',
      ),
    );
    if (row > first) yield upTo(row);
    first = row + 1;
  }
  if (block.rows > first) yield upTo(block.rows);
}
