/** A curve in one line of characters. */

const LEVELS = '▁▂▃▄▅▆▇█';

/** As many means as there are cells, over equal parts of the values; as they are where they are fewer. */
function meansOf(values: readonly number[], cells: number): readonly number[] {
  if (values.length <= cells) return values;
  return Array.from({ length: cells }, (_, cell) => {
    const from = Math.floor((cell * values.length) / cells);
    const part = values.slice(from, Math.floor(((cell + 1) * values.length) / cells));
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}

/**
 * At most `cells` characters, from the lowest value to the highest; values that are all above 0, as losses are, by their
 * logarithms, so that the end of a curve that falls fast still tells something. A blank is no finite number.
 */
export function sparkline(values: readonly number[], cells: number): string {
  const means = meansOf(values, cells);
  return drawHeights(values.every((value) => value > 0) ? means.map(Math.log) : means);
}

/** The same by the values themselves, as those of a sensor. */
export function signalLine(values: readonly number[], cells: number): string {
  return drawHeights(meansOf(values, cells));
}

function drawHeights(heights: readonly number[]): string {
  const finite = heights.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  return heights
    .map((height) => {
      if (!Number.isFinite(height)) return ' ';
      return LEVELS[high > low ? Math.round(((height - low) / (high - low)) * (LEVELS.length - 1)) : 0];
    })
    .join('');
}
