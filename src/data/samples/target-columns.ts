import { RowBlocks } from './row-blocks.ts';
import type { Rows } from './rows.ts';

/** The rows with some of their targets alone: `count` numbers from `from` on. */
export function targetColumns(rows: Rows, from: number, count: number): Rows {
  if (count === rows.targetCount) return rows;
  const blocks = new RowBlocks(
    rows.count,
    rows.targetCount,
    (length) => new Float64Array(length),
    rows.readTargets,
  );
  return {
    ...rows,
    targetCount: count,
    readTargets(start, length, into) {
      for (let row = 0; row < length; row++) {
        const at = blocks.seek(start + row, 1) + from;
        for (let i = 0; i < count; i++) into[row * count + i] = blocks.values[at + i];
      }
    },
  };
}
