/** Orders without memory are permutations, as random as those that are drawn. */

import { expect, it } from 'vitest';
import { computedOrder, MOST_DRAWN_PLACES } from '../../../src/core/orders/computed-order.ts';
import { drawnOf } from '../../../src/core/orders/shuffled-order.ts';
import { createRandom } from '../../../src/core/random.ts';

function ordered(length: number, seed = 1, purpose = 'order'): Uint32Array {
  return Uint32Array.from({ length }, (_, place) =>
    computedOrder(createRandom(seed, purpose), length)(place),
  );
}

it.each([1, 2, 3, 4, 5, 16, 17, 31, 33, 1000])('%i places have everything once', (length) => {
  expect(ordered(length).toSorted()).toEqual(Uint32Array.from({ length }, (_, index) => index));
});

it('the longest order there can be stays in 32 bits, and comes back to no place', () => {
  const order = computedOrder(createRandom(1, 'order'), 2 ** 32);
  const seen = new Set(Array.from({ length: 1000 }, (_, place) => order(2 ** 32 - 1 - place)));
  expect(seen.size).toBe(1000);
  for (const value of seen) expect(Number.isInteger(value) && value >= 0 && value < 2 ** 32).toBe(true);
});

it('seed and purpose decide', () => {
  expect(ordered(100)).toEqual(ordered(100));
  expect(ordered(100, 2)).not.toEqual(ordered(100));
  expect(ordered(100, 1, 'another')).not.toEqual(ordered(100));
});

it('no place prefers a value, and no value its neighbour', () => {
  const [length, orders, cells] = [700, 400, 7];
  const counts = new Float64Array(cells * cells);
  const pairs = new Float64Array(cells * cells);
  const cell = (value: number): number => Math.floor((value * cells) / length);
  for (let index = 0; index < orders; index++) {
    const order = computedOrder(createRandom(1, `order ${index}`), length);
    for (let place = 0, before = order(length - 1); place < length; place++) {
      const value = order(place);
      counts[cell(place) * cells + cell(value)]++;
      pairs[cell(before) * cells + cell(value)]++;
      before = value;
    }
  }
  const expected = (length * orders) / cells ** 2;
  const chiSquare = (seen: Float64Array) =>
    seen.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // 36 degrees of freedom: above 80 in one of 25,000 random tables.
  expect(chiSquare(counts)).toBeLessThan(80);
  expect(chiSquare(pairs)).toBeLessThan(80);
});

it('some of few are the first of a permutation, some of many are all different', () => {
  const few = createRandom(3, 'few').permutation(50);
  expect(drawnOf(createRandom(3, 'few'), 50, 7)).toEqual(few.slice(0, 7));
  expect(drawnOf(createRandom(3, 'few'), 50, 70)).toEqual(few);
  const many = drawnOf(createRandom(3, 'many'), 4 * MOST_DRAWN_PLACES, 1000);
  expect(new Set(many).size).toBe(1000);
  expect(Math.max(...many)).toBeGreaterThan(2 * MOST_DRAWN_PLACES);
});
