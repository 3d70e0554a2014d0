/** Some of many. */

import type { Random } from '../random.ts';
import { computedOrder, MOST_DRAWN_PLACES } from './computed-order.ts';

/** The first `count` of `length` things in random order, or all there are. */
export function drawnOf(random: Random, length: number, count: number): Uint32Array {
  if (length <= MOST_DRAWN_PLACES) return random.permutation(length).slice(0, count);
  const order = computedOrder(random, length);
  return Uint32Array.from({ length: Math.min(length, count) }, (_, place) => order(place));
}
