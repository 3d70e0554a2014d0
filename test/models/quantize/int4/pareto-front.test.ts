import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { type Item, paretoFront } from '../../../../src/models/quantize/int4/pareto-front.ts';

/** The least noise of all sets of items that save at least so much. */
function leastNoise(items: readonly Item[], least: number): number {
  let noise = Infinity;
  for (let set = 0; set < 2 ** items.length; set++) {
    const chosen = items.filter((_, index) => (set >> index) % 2 === 1);
    const saved = chosen.reduce((sum, item) => sum + item.saved, 0);
    const own = chosen.reduce((sum, item) => sum + item.noise, 0);
    if (saved >= least) noise = Math.min(noise, own);
  }
  return noise;
}

describe('paretoFront', () => {
  it('has the least noise for every number of saved bytes', () => {
    const random = createRandom(3, 'items');
    const items = Array.from({ length: 9 }, (_, index) => ({
      name: `layer ${index}`,
      saved: 1 + Math.floor(random.uniform() * 40),
      noise: random.uniform() ** 3,
    }));
    const front = paretoFront(items);
    for (let least = 0; least <= items.reduce((sum, { saved }) => sum + saved, 0); least++) {
      const found = front.find(({ saved }) => saved >= least);
      expect(found?.noise).toBeCloseTo(leastNoise(items, least), 12);
    }
  });

  it('goes from nothing to everything', () => {
    const front = paretoFront([
      { name: 'a', saved: 10, noise: 1 },
      { name: 'b', saved: 5, noise: 2 },
    ]);
    expect(front.map(({ names }) => names)).toEqual([[], ['a'], ['a', 'b']]);
  });

  it('stays small for many items, and keeps both ends', () => {
    const items = Array.from({ length: 60 }, (_, index) => ({
      name: `${index}`,
      saved: 1000 + index ** 2,
      noise: 1 + ((index * 7919) % 101),
    }));
    const front = paretoFront(items);
    expect(front.length).toBeLessThanOrEqual(4096);
    expect([front[0].names.length, front.at(-1)?.names.length]).toEqual([0, 60]);
  });
});
