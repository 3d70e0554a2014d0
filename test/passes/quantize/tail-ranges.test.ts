import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import type { Statistics } from '../../../src/passes/quantize/statistics.ts';
import { tailRange } from '../../../src/passes/quantize/tail-ranges.ts';

const ID = 0;

/** Statistics of a tensor of one channel with these extremes of its records. */
function statisticsOf(lows: readonly number[], highs: readonly number[]): Statistics {
  return {
    count: highs.length,
    ranges: new Map([[ID, { min: Math.min(...lows), max: Math.max(...highs.filter(Number.isFinite)) }]]),
    means: new Map(),
    squares: new Map(),
    extremes: new Map(),
    groups: new Map([[ID, { channels: 1, lows: Float32Array.from(lows), highs: Float32Array.from(highs) }]]),
  };
}

const zeros = (count: number): number[] => new Array<number>(count).fill(0);

describe('tailRange', () => {
  it('holds the extremes of twenty times the records that it was made of', () => {
    const random = createRandom(11, 'tails');
    /** The greatest of 50 normal numbers. */
    const extreme = () => Math.max(...Array.from({ length: 50 }, () => random.normal()));
    let within = 0;
    for (let trial = 0; trial < 50; trial++) {
      const { max } = tailRange(statisticsOf(zeros(64), Array.from({ length: 64 }, extreme)), ID);
      const later = Math.max(...Array.from({ length: 64 * 20 }, extreme));
      if (later <= max) within++;
      expect(max).toBeLessThan(2 * later);
    }
    expect(within).toBeGreaterThan(25);
  });

  it('keeps an end at zero, and is never narrower than what was seen', () => {
    expect(tailRange(statisticsOf(zeros(40), [...zeros(39), 5]), ID)).toMatchObject({ min: 0 });
    expect(tailRange(statisticsOf(zeros(40), new Array<number>(40).fill(3)), ID)).toEqual({ min: 0, max: 3 });
  });

  it('passes over groups that no record fell into', () => {
    const { max } = tailRange(statisticsOf(zeros(4), [1, -Infinity, 2, 3]), ID);
    expect(max).toBeGreaterThan(3);
    expect(max).toBeLessThan(20);
  });
});
