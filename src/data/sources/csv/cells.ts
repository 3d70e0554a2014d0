/** Values between delimiters, before anybody knows what their columns are. */

/** Cells of whole rows that follow each other; they hold until the next ones are asked for. Empty lines are no rows. */
export interface Cells {
  readonly rows: number;
  /** Row r has the cells from `rowStarts[r]` up to `rowStarts[r + 1]`. */
  readonly rowStarts: Uint32Array;
  /** Of each cell its number; NaN where it has none, infinite where it says so. */
  readonly numbers: Float64Array;
  /** Undefined where the bytes are no UTF-8. */
  text(cell: number): string | undefined;
  /** The line of the file that row r begins in, from 1. */
  line(row: number): number;
  /** What is wrong with row r, as the end of a sentence. */
  flaw(row: number): string | undefined;
}
