/** Statistics of windows, compared with their definitions in doubles. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { MEASURES, type Measure } from '../../../src/core/samples/statistics.ts';
import type { StepInput } from '../../../src/data/preparing/index.ts';
import { fitted, prepared } from './fit.ts';

const random = createRandom(9, 'statistics test');
const noise = (length: number, offset = 0): number[] =>
  Array.from({ length }, () => Math.fround(offset + random.normal() ** 3));

type Asked = Omit<StepInput & { step: 'statistics' }, 'step'>;

async function numbersOf(samples: readonly number[], channels: number, asked: Asked): Promise<number[]> {
  const values = Float32Array.from(samples);
  const shape = [samples.length / channels, channels];
  return [...prepared(await fitted([{ step: 'statistics', ...asked }], values, shape), values)];
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

function momentsOf(
  values: readonly number[],
): Record<'mean' | 'deviation' | 'skewness' | 'kurtosis', number> {
  const mean = meanOf(values);
  const power = (k: number): number => meanOf(values.map((x) => (x - mean) ** k));
  const variance = power(2);
  return {
    mean,
    deviation: Math.sqrt(variance),
    skewness: power(3) / variance ** 1.5,
    kurtosis: power(4) / variance ** 2 - 3,
  };
}

function crossingsOf(values: readonly number[]): number {
  return values.filter((x, i) => i > 0 && x > 0 !== values[i - 1] > 0).length / values.length;
}

function measuresOf(values: readonly number[]): Record<Measure, number> {
  const rms = Math.sqrt(meanOf(values.map((x) => x * x)));
  const moments = momentsOf(values);
  return {
    ...moments,
    rms,
    crest: Math.max(...values.map(Math.abs)) / rms,
    'peak-to-peak': Math.max(...values) - Math.min(...values),
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    'zero-crossings': crossingsOf(values),
    'mean-crossings': crossingsOf(values.map((x) => x - moments.mean)),
  };
}

/** |Fourier transform|² / points of the frequencies from 0 on, by its sum. */
function powerOf(values: readonly number[], points: number): number[] {
  return Array.from({ length: points / 2 + 1 }, (_, k) => {
    const sum = (wave: (x: number) => number): number =>
      values.reduce((all, x, n) => all + x * wave((2 * Math.PI * k * n) / points), 0);
    return (sum(Math.cos) ** 2 + sum(Math.sin) ** 2) / points;
  });
}

function expectClose(found: readonly number[], expected: readonly number[], digits = 4): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i], digits);
}

describe('statistics', () => {
  it.each([0, 9.81])('measures windows channel by channel, around %d', async (offset) => {
    const samples = noise(3 * 50, offset);
    const found = await numbersOf(samples, 3, { window: 20, hop: 15, measures: [...MEASURES] });
    const expected = [0, 15, 30].flatMap((row) =>
      [0, 1, 2].flatMap((channel) => {
        const of = measuresOf(Array.from({ length: 20 }, (_, i) => samples[(row + i) * 3 + channel]));
        return MEASURES.map((measure) => of[measure]);
      }),
    );
    expectClose(found, expected);
  });

  it('takes the whole sample for a window, and measures in the order that is asked for', async () => {
    const samples = noise(40);
    const of = measuresOf(samples);
    expectClose(await numbersOf(samples, 1, { measures: ['maximum', 'mean'] }), [of.maximum, of.mean]);
  });

  it('finds no deviation in what stays, whatever it is', async () => {
    for (const value of [0, 0.1, -9.81, 3e37]) {
      const found = await numbersOf(new Array(100).fill(value), 1, {
        measures: ['deviation', 'skewness', 'kurtosis', 'peak-to-peak', 'mean-crossings'],
        power: { points: 8, measures: ['skewness', 'kurtosis'] },
      });
      expect(found).toEqual([0, 0, 0, 0, 0, 0, 0, ...new Array(4).fill(-10)]);
    }
    expect(await numbersOf(new Array(9).fill(0), 1, { measures: ['rms', 'crest'] })).toEqual([0, 0]);
  });

  it('has no numbers of a channel that has none, or of which float32 holds no squares', async () => {
    const samples = noise(60);
    for (const odd of [Number.NaN, Infinity, 1e25]) {
      samples[7] = odd;
      const found = await numbersOf(samples, 3, { measures: ['rms', 'mean', 'zero-crossings'], power: {} });
      expect(found.map(Number.isNaN)).toEqual(Array.from({ length: 33 }, (_, i) => i >= 11 && i < 22));
    }
  });

  it.each(['maximum', 'mean'] as const)('holds the %s of the power of frequencies', async (of) => {
    const samples = noise(45);
    const mean = meanOf(samples);
    const frames = [0, 8, 16, 24, 32, 40].map((at) =>
      powerOf(
        samples.slice(at, at + 16).map((x) => x - mean),
        16,
      ),
    );
    const held = frames[0].map((_, k) =>
      of === 'mean'
        ? meanOf(frames.slice(0, 4).map((frame) => frame[k]))
        : Math.max(...frames.map((frame) => frame[k])),
    );
    const { skewness, kurtosis } = momentsOf(held);
    const power = { points: 16, of, measures: ['skewness', 'kurtosis'] as const };
    const bands = held.slice(1).map(Math.log10);
    const asked = { measures: [], power: { ...power, measures: [...power.measures] } };
    expectClose(await numbersOf(samples, 1, asked), [skewness, kurtosis, ...bands]);
    const sums = [held.slice(0, 3), held.slice(3, 9)].map((band) => band.reduce((sum, x) => sum + x));
    const edges = { power: { points: 16, of, edges: [0, 3, 8], logarithm: false }, rate: 16, measures: [] };
    expectClose(await numbersOf(samples, 1, edges), sums, 3);
  });
});

describe('statistics that do not fit', () => {
  const samples = noise(40);

  it.each<[Asked, string]>([
    [{ window: 41 }, 'reads windows of 41 rows, and a sample has 40'],
    [{ window: 10, hop: 5 }, 'makes 6 numbers of each channel every 5 rows: more than it reads'],
    [{ hop: 37, power: { points: 64 } }, 'makes 38 numbers of each channel every'],
    [
      { rate: 100, power: { edges: [1, 2, 50] } },
      'has nothing in band 1 of 2: it lies between two frequencies of a transform of 16 points',
    ],
  ])('%j', async (asked, sentence) => {
    await expect(numbersOf(samples, 1, asked)).rejects.toThrow(sentence);
  });

  it('takes rows of channels alone', async () => {
    const values = Float32Array.from(samples);
    await expect(fitted([{ step: 'statistics' }], values, [40])).rejects.toThrow(
      'takes samples of shape [length, channels], and these have [40]',
    );
  });
});
