/** A table as a picture of fewer cells. */
export interface PooledCells {
  readonly columns: number;
  readonly lines: number;
  /** NaN where there is no number. */
  at(column: number, line: number): number;
}

/** Means of cells that lie together, where there are more than fit: a column for every row of `width` values, or several. */
export function pooled(
  data: ArrayLike<number>,
  width: number,
  mostColumns: number,
  mostLines: number,
): {
  readonly columns: number;
  readonly lines: number;
  readonly at: (column: number, line: number) => number;
} {
  const rows = Math.floor(data.length / width);
  const [columns, lines] = [Math.min(rows, mostColumns), Math.min(width, mostLines)];
  const sums = new Float64Array(columns * lines);
  const counts = new Float64Array(columns * lines);
  for (let row = 0; row < rows; row++) {
    for (let value = 0; value < width; value++) {
      const cell = Math.floor((row * columns) / rows) * lines + Math.floor((value * lines) / width);
      const found = data[row * width + value];
      if (!Number.isFinite(found)) continue;
      sums[cell] += found;
      counts[cell]++;
    }
  }
  return {
    columns,
    lines,
    at: (column, line) => sums[column * lines + line] / counts[column * lines + line],
  };
}
