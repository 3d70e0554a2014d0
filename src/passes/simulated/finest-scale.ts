/** The scale of int8 with which weights that have more steps of their own lie closest to where they are. */

import { roundHalfAway } from '../../core/fixed-point.ts';

/** How far beyond the smallest scale it is looked for: half as large again, in so many places. */
const PLACES = 256;
const FURTHEST = 1.5;

/**
 * Of what rounding does to a sum of products: all of it where inputs are independent and as wide as far from zero, as they are
 * behind a ReLU, so that errors of one sign count together.
 */
function harm(values: Float32Array, scale: number): number {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    const error = roundHalfAway(value / scale) * scale - value;
    sum += error;
    squares += error * error;
  }
  return squares + sum * sum;
}

/** `smallest` holds the largest weight; a larger one has coarser steps, on which few weights may lie better. */
export function finestScale(values: Float32Array, smallest: number): number {
  let best = smallest;
  let least = harm(values, smallest);
  for (let place = 1; place <= PLACES; place++) {
    const scale = Math.fround(smallest * (1 + ((FURTHEST - 1) * place) / PLACES));
    const own = harm(values, scale);
    if (own < least) [best, least] = [scale, own];
  }
  return best;
}
