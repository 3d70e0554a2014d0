/** Random orders of any length. */

import type { Random } from '../random.ts';
import { computedOrder, MOST_DRAWN_PLACES } from './computed-order.ts';

/** What comes at each place of 0 … length − 1 in random order: drawn as a whole, or computed where that would be large. */
export function shuffledOrder(random: Random, length: number): (place: number) => number {
  if (length > MOST_DRAWN_PLACES) return computedOrder(random, length);
  const order = random.permutation(length);
  return (place) => order[place];
}

/** The first `count` of `length` things in random order, or all there are. */
export function drawnOf(random: Random, length: number, count: number): Uint32Array {
  const order = shuffledOrder(random, length);
  return Uint32Array.from({ length: Math.min(length, count) }, (_, place) => order(place));
}
