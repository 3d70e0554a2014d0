/** A small plot in characters: later series are drawn over earlier ones. */

/** Points of one kind. */
export interface Series {
  readonly label: string;
  readonly mark: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** Of the drawing, without its axes. */
export interface PlotSize {
  readonly columns: number;
  readonly rows: number;
}

function extent(series: readonly Series[], axis: 'x' | 'y'): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const one of series) {
    for (let i = 0; i < one[axis].length; i++) {
      low = Math.min(low, one[axis][i]);
      high = Math.max(high, one[axis][i]);
    }
  }
  return low === high ? [low - 1, high + 1] : [low, high];
}

/** Position of a value among `cells` cells. */
function cellOf(value: number, [low, high]: readonly [number, number], cells: number): number {
  return Math.round(((value - low) / (high - low)) * (cells - 1));
}

/** Points as characters over common axes, with a legend; later series cover earlier ones. */
export function textPlot(series: readonly Series[], { columns, rows }: PlotSize): string {
  const xRange = extent(series, 'x');
  const yRange = extent(series, 'y');
  const grid = Array.from({ length: rows }, () => new Array<string>(columns).fill(' '));
  for (const { mark, x, y } of series) {
    for (let i = 0; i < x.length; i++) {
      grid[rows - 1 - cellOf(y[i], yRange, rows)][cellOf(x[i], xRange, columns)] = mark;
    }
  }
  const [low, high] = yRange.map((value) => value.toFixed(1));
  const width = Math.max(low.length, high.length);
  const lines = grid.map((cells, row) => {
    const label = row === 0 ? high : row === rows - 1 ? low : '';
    return `${label.padStart(width)} │${cells.join('').trimEnd()}`;
  });
  const [left, right] = xRange.map((value) => value.toFixed(1));
  const axis = `${' '.repeat(width)} └${'─'.repeat(columns)}`;
  const ends = `${' '.repeat(width + 2)}${left}${' '.repeat(Math.max(1, columns - left.length - right.length))}${right}`;
  const legend = `${' '.repeat(width + 2)}${series.map(({ mark, label }) => `${mark} ${label}`).join('   ')}`;
  return [...lines, axis, ends, legend].join('\n');
}
