import { describe, expect, it } from 'vitest';
import { fitsLimits, sizeOf, worstShare } from '../../../src/stages/search/limits.ts';
import { rungEpochs } from '../../../src/stages/search/rungs.ts';
import { meritOf, ranked } from '../../../src/stages/search/standings.ts';

describe('merit', () => {
  it('is what the chip computes, large where errors are small', () => {
    expect(meritOf({ metric: 'accuracy', float: 0.9, converted: 0.8 })).toBe(0.8);
    expect(meritOf({ metric: 'mse', float: 3 })).toBe(-3);
    expect(meritOf({ metric: 'reconstruction', float: 2, converted: 4 })).toBe(-4);
  });
});

describe('ranked', () => {
  it('takes in turn the best alone and the best of its size', () => {
    const standings = [
      { number: 1, merit: 0.9, size: 8 },
      { number: 2, merit: 0.89, size: 9 },
      { number: 3, merit: 0.6, size: 1 },
      { number: 4, merit: 0.5, size: 2 },
    ];
    // 2 is next by merit; 3 is beaten by nobody of its size, 2 is by 1.
    expect(ranked(standings).map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect(ranked(standings.slice(1)).map(({ number }) => number)).toEqual([2, 3, 4]);
  });

  it('puts the earlier one of equals first', () => {
    const equal = [3, 1, 2].map((number) => ({ number, merit: 1, size: 1 }));
    expect(ranked(equal).map(({ number }) => number)).toEqual([1, 2, 3]);
  });
});

describe('rungs', () => {
  it.each([
    [64, [7, 21, 64]],
    [9, [1, 3, 9]],
    [3, [1, 3]],
    [2, [2]],
    [1, [1]],
  ])('of %d epochs are %j', (epochs, expected) => expect(rungEpochs(epochs)).toEqual(expected));
});

describe('limits', () => {
  const costs = { flash: 2000, ram: 500, arena: 400, macs: 100 };

  it('hold where each cost is within its own', () => {
    expect(fitsLimits(costs, { flash: 2000, macs: 100 })).toBe(true);
    expect(fitsLimits(costs, { flash: 1999 })).toBe(false);
    expect(fitsLimits(costs, {})).toBe(true);
    expect(worstShare(costs, { flash: 1000, ram: 1000 })).toBe(2);
  });

  it('make sizes comparable: shares of what is limited, in the geometric mean', () => {
    expect(sizeOf(costs, { flash: 4000, ram: 250 })).toBeCloseTo(1, 12);
    expect(sizeOf(costs, {})).toBeCloseTo(Math.sqrt(2000 * 100), 9);
  });
});
