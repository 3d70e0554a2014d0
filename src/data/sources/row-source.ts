/** What a source makes of files: rows of numbers, one recording after another, a block at a time. */

import type { Shape } from '../../core/tensor.ts';
import type { DataFile } from './data-file.ts';

/**
 * What a column holds. All are numbers in a row: a category is a place in the column's `texts`, a time is milliseconds since
 * 1970 UTC.
 */
export const COLUMN_KINDS = ['number', 'category', 'time'] as const;
export type ColumnKind = (typeof COLUMN_KINDS)[number];

export interface Column {
  /** As the file calls it, or `x0`, `x1`, … where it does not. Foreign text. */
  readonly name: string;
  readonly kind: ColumnKind;
  /** Of one value: `[]` for plain numbers, `[height, width, channels]` for a picture. */
  readonly shape: Shape;
  /**
   * Of a category: its texts in the order in which they first appear, or in one that the source knows. Grows while blocks are read, up to a bound: what is
   * beyond it is `UNLISTED` (text-table.ts) in a row, and whoever needs the column refuses it.
   */
  readonly texts?: readonly string[];
}

/** Rows that follow each other in one file: where one was left out, a block ends. */
export interface RowBlock {
  readonly file: DataFile;
  /** Number of the first row in its file, counted from 0; rows that were left out count, a header does not. */
  readonly start: number;
  readonly rows: number;
  /**
   * Row after row, every column's values in C order; NaN is missing. It may be longer than its rows, and holds until the
   * next block is asked for.
   */
  readonly values: Float64Array;
}

export interface RowSource {
  readonly columns: readonly Column[];
  /** From the first row on, file after file; blocks never cross files. May be asked for again. */
  blocks(): AsyncIterable<RowBlock>;
}

/** Values in one row. */
export function rowLengthOf({ columns }: Pick<RowSource, 'columns'>): number {
  return columns.reduce((sum, { shape }) => sum + shape.reduce((size, dimension) => size * dimension, 1), 0);
}

/** Where each column begins in a row. */
export function columnOffsets({ columns }: Pick<RowSource, 'columns'>): readonly number[] {
  let offset = 0;
  return columns.map((column) => {
    const own = offset;
    offset += rowLengthOf({ columns: [column] });
    return own;
  });
}
