/** The scale with which numbers that were integers times a scale are integers again, found in the numbers themselves. */

/** Of a step: more than float32 rounds, and less than anything that matters. */
const TOLERANCE = 1e-3;
/** Neighbours of a quotient in float32, the nearest first. */
const NEIGHBOURS = [0, 1, -1, 2, -2];

function neighbour(scale: number, distance: number): number {
  const [bits] = new Int32Array(Float32Array.of(scale).buffer);
  return new Float32Array(Int32Array.of(bits + distance).buffer)[0];
}

/** The scale of which the products are those very numbers, if rounding hides it among its neighbours. */
function exactly(magnitudes: readonly number[], scale: number): number {
  const near = Math.fround(scale);
  const isExact = (candidate: number) =>
    magnitudes.every((value) => Math.fround(Math.round(value / candidate) * candidate) === value);
  return NEIGHBOURS.map((distance) => neighbour(near, distance)).find(isExact) ?? near;
}

/**
 * The smallest scale with which all numbers are whole steps, at most `most` on either side; undefined where there is none, or
 * no number but zero.
 */
export function wholeSteps(values: Float32Array, most: number): number | undefined {
  const distinct = new Set<number>();
  for (const value of values) {
    if (value !== 0) distinct.add(Math.abs(value));
    if (distinct.size > most) return undefined;
  }
  if (distinct.size === 0) return undefined;
  const magnitudes = [...distinct];
  const least = Math.min(...magnitudes);
  const largest = Math.max(...magnitudes);
  for (let steps = Math.floor((most * least) / largest + TOLERANCE); steps >= 1; steps--) {
    const scale = largest / Math.round((largest / least) * steps);
    const isWhole = (value: number) => Math.abs(value / scale - Math.round(value / scale)) < TOLERANCE;
    if (magnitudes.every(isWhole)) return exactly(magnitudes, scale);
  }
  return undefined;
}
