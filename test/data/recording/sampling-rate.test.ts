import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { samplingRate } from '../../../src/data/recording/sampling-rate.ts';

/** Readings at a steady rate, heard at the end of every `hold` seconds. */
function heard(hz: number, count: number, hold: number): number[] {
  return Array.from({ length: count }, (_, i) => (hold === 0 ? i / hz : Math.ceil(i / hz / hold) * hold));
}

describe('samplingRate', () => {
  it.each([
    [100, 0],
    [104, 0.016],
    [1000, 0.016],
    [62.5, 0.001],
    [1, 0],
    [8000, 0.016],
  ])('is %d, also where readings arrive together every %f s', (hz, hold) => {
    const rate = samplingRate(heard(hz, Math.ceil(hz * 10), hold));
    expect(rate?.hz).toBeGreaterThan(hz * 0.97);
    expect(rate?.hz).toBeLessThan(hz * 1.03);
    expect(rate?.gaps).toBe(0);
  });

  it('is not moved by gaps, and tells of them', () => {
    const times = heard(100, 1000, 0).map((time) => time + (time > 3 ? 1.5 : 0) + (time > 7 ? 0.4 : 0));
    const rate = samplingRate(times);
    expect(rate?.hz).toBeCloseTo(100, 0);
    expect(rate?.gaps).toBe(2);
    expect(rate?.longestGapSeconds).toBeCloseTo(1.51, 5);
  });

  it('has a spread where the board is not steady', () => {
    const random = createRandom(1, 'jitter');
    let time = 0;
    const times = Array.from({ length: 3000 }, (_, i) => {
      time += (i < 1500 ? 0.01 : 0.0125) * (0.9 + 0.2 * random.uniform());
      return time;
    });
    const rate = samplingRate(times);
    expect(rate?.low).toBeCloseTo(80, -1);
    expect(rate?.high).toBeCloseTo(100, -1);
  });

  it('is not known of one reading, or of all at once', () => {
    expect(samplingRate([])).toBeUndefined();
    expect(samplingRate([3])).toBeUndefined();
    expect(samplingRate([3, 3, 3])).toBeUndefined();
    expect(samplingRate([0, 0.1, 0.2])?.hz).toBeCloseTo(10);
  });
});
