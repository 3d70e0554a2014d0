import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { exponentialOf, logarithmOf, logarithmOfOneAnd } from '../../src/core/samples/series.ts';

const random = createRandom(2, 'series test');
const many = (value: () => number): number[] => Array.from({ length: 2000 }, value);

describe('functions of sums, products and quotients', () => {
  it('are those of Math but for the last places', () => {
    for (const x of many(() => Math.exp(random.normal() * 20))) {
      expect(Math.abs(logarithmOf(x) - Math.log(x))).toBeLessThan(4e-16 * Math.max(1, Math.abs(Math.log(x))));
    }
    for (const x of many(() => Math.exp(random.normal() * 8))) {
      expect(Math.abs(logarithmOfOneAnd(x) / Math.log1p(x) - 1)).toBeLessThan(1e-15);
    }
    for (const x of many(() => random.normal() * 30)) {
      expect(Math.abs(exponentialOf(x) / Math.exp(x) - 1)).toBeLessThan(2e-15);
    }
  });

  it('are exact where nothing is to be rounded', () => {
    expect([logarithmOf(1), logarithmOfOneAnd(0), exponentialOf(0)]).toEqual([0, 0, 1]);
    expect(logarithmOf(2)).toBe(Math.LN2);
  });
});
