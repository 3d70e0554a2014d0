import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { channelTailRange } from '../../../src/passes/quantize/channel-tails.ts';
import type { Statistics } from '../../../src/passes/quantize/statistics.ts';

const ID = 0;

/** Statistics of a tensor whose records have these peaks, channel by channel. */
function statisticsOf(highs: readonly (readonly number[])[]): Statistics {
  const all = Float32Array.from(highs.flat());
  return {
    count: highs.length,
    ranges: new Map([[ID, { min: 0, max: Math.max(...all) }]]),
    means: new Map(),
    squares: new Map(),
    extremes: new Map(),
    groups: new Map([[ID, { channels: highs[0].length, lows: new Float32Array(all.length), highs: all }]]),
  };
}

describe('channelTailRange', () => {
  const random = createRandom(12, 'channel tails');
  /** The greatest of 50 normal numbers, times the size of the channel. */
  const peak = (channel: number) =>
    (1 + channel / 8) * Math.max(...Array.from({ length: 50 }, () => random.normal()));
  const records = (count: number) =>
    Array.from({ length: count }, () => Array.from({ length: 16 }, (_, channel) => peak(channel)));

  it('tells of few records what others reach', () => {
    let [within, seen] = [0, 0];
    for (let trial = 0; trial < 20; trial++) {
      const few = records(8);
      const later = Math.max(...records(8).flat());
      const { max } = channelTailRange(statisticsOf(few), ID);
      if (later <= max) within++;
      if (later <= Math.max(...few.flat())) seen++;
      expect(max).toBeLessThan(2 * later);
    }
    expect(within).toBeGreaterThan(14);
    expect(seen).toBeLessThan(12);
  });

  it('keeps bounds that every record reaches, and what no deviation is known of', () => {
    const bounded = Array.from({ length: 20 }, () => [1, 1, 1]);
    expect(channelTailRange(statisticsOf(bounded), ID)).toEqual({ min: 0, max: 1 });
    expect(channelTailRange(statisticsOf([[1], [5]]), ID)).toEqual({ min: 0, max: 5 });
    expect(channelTailRange({ ...statisticsOf([[1], [5]]), groups: new Map() }, ID)).toEqual({
      min: 0,
      max: 5,
    });
  });
});
