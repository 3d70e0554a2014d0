import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { createResampler } from '../../../../src/data/sources/wav/resample.ts';
import type { ReadFrames } from '../../../../src/data/sources/wav/wav-samples.ts';

/** `value(i)` for every i, before 0 and after the end too, so that no edge is heard. */
const endless =
  (value: (index: number) => number): ReadFrames =>
  (start, count) =>
    Float64Array.from({ length: count }, (_, i) => value(start + i));

const tone = (hertz: number, rate: number) => (index: number) =>
  Math.sin((2 * Math.PI * hertz * index) / rate);

const decibels = (values: Float64Array): number =>
  10 * Math.log10(values.reduce((sum, value) => sum + value * value, 0) / values.length / 0.5);

const RATES = [
  [44100, 16000],
  [16000, 44100],
  [48000, 16000],
  [8000, 16000],
  [11025, 8000],
] as const;

describe('createResampler', () => {
  it.each(RATES)('from %i to %i keeps a tone within the band', (from, to) => {
    const hertz = 0.35 * Math.min(from, to);
    const read = createResampler(from, to).resampled(endless(tone(hertz, from)), 1);
    const expected = endless(tone(hertz, to))(1000, 2000);
    const worst = read(1000, 2000).reduce(
      (most, value, i) => Math.max(most, Math.abs(value - expected[i])),
      0,
    );
    expect(worst).toBeLessThan(1e-4);
  });

  it.each(RATES.filter(([from, to]) => from > to))(
    'from %i to %i takes out what the lower rate cannot hold',
    (from, to) => {
      for (const hertz of [0.51 * to, 0.6 * to, 0.49 * from]) {
        if (hertz >= from / 2) continue;
        const read = createResampler(from, to).resampled(endless(tone(hertz, from)), 1);
        expect(decibels(read(0, 4000))).toBeLessThan(-80);
      }
    },
  );

  it('keeps a constant, and equal rates as they are', () => {
    const read = createResampler(44100, 16000).resampled(
      endless(() => 0.5),
      1,
    );
    for (const value of read(0, 500)) expect(value).toBeCloseTo(0.5, 14);
    const samples = endless(tone(3, 100));
    expect(createResampler(100, 100).resampled(samples, 1)).toBe(samples);
  });

  it('is the sum of sinc and Kaiser window that its description says', () => {
    const random = createRandom(1, 'samples');
    const samples = Float64Array.from({ length: 300 }, () => random.normal());
    const at = (i: number) => samples[i] ?? 0;
    const bessel = (x: number) => {
      let sum = 0;
      for (let k = 0, term = 1; k < 60; k++, term *= (x / 2 / k) ** 2) sum += term;
      return sum;
    };
    const direct = (place: number, scale: number) => {
      let [sum, weights] = [0, 0];
      for (let i = Math.floor(place - 32 / scale) + 1; i < place + 32 / scale; i++) {
        const x = Math.PI * 0.91 * scale * (i - place);
        const window = bessel(9 * Math.sqrt(1 - ((scale * (i - place)) / 32) ** 2)) / bessel(9);
        const weight = (x === 0 ? 1 : Math.sin(x) / x) * window;
        [sum, weights] = [sum + weight * at(i), weights + weight];
      }
      return sum / weights;
    };
    for (const [from, to] of RATES) {
      const read = createResampler(from, to).resampled(endless(at), 1)(0, 100).slice();
      for (const [n, value] of read.entries()) {
        expect(value).toBeCloseTo(direct((n * from) / to, Math.min(1, to / from)), 10);
      }
    }
  });

  it('gives the same bits in pieces, channel by channel, and without a kept filter', () => {
    const samples: ReadFrames = (start, count) =>
      Float64Array.from({ length: 2 * count }, (_, i) => tone(200, 8000)(start * 2 + i));
    const whole = createResampler(44101, 16000).resampled(samples, 2)(0, 90).slice(0, 180);
    const pieces = createResampler(44101, 16000).resampled(samples, 2);
    expect([...pieces(0, 30).slice(0, 60), ...pieces(30, 60).slice(0, 120)]).toEqual([...whole]);
    const left = createResampler(44101, 16000).resampled(
      (start, count) => samples(start, count).filter((_, i) => i % 2 === 0),
      1,
    );
    expect([...left(0, 90).slice(0, 90)]).toEqual([...whole.filter((_, i) => i % 2 === 0)]);
  });

  it('says how long a file becomes', () => {
    expect(createResampler(44100, 16000).length(44100)).toBe(16000);
    expect(createResampler(8000, 16000).length(3)).toBe(6);
    expect(createResampler(3, 2).length(1)).toBe(1);
  });
});
