/** The spectrum of sound, compared with its definition in doubles. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { sineOfTurn, spectrumMisfit, spectrumTables } from '../../../src/core/samples/spectrum.ts';
import { type StepInput, stepSchema } from '../../../src/data/preparing/index.ts';
import { parsePreparation } from '../../../src/data/preparing/preparation.ts';
import { naturalLogarithm } from '../../../src/data/preparing/transforms/natural-logarithm.ts';
import { fitted, prepared } from './fit.ts';

const random = createRandom(5, 'spectrum test');
const noise = (length: number, deviation = 1): Float32Array =>
  Float32Array.from({ length }, () => deviation * random.normal());

type SpectrumInput = Extract<StepInput, { step: 'spectrum' }>;
const STEP: SpectrumInput = { step: 'spectrum', rate: 8000, window: 256, hop: 128, bands: 10 };

async function spectrumOf(samples: Float32Array, step: SpectrumInput): Promise<Float32Array> {
  const shape = [samples.length, 1];
  return prepared(await fitted([step], samples, shape), samples);
}

type Said = {
  readonly [Option in 'rate' | 'window' | 'hop' | 'bands' | 'low' | 'high' | 'floor']: number;
};

/** By the definition of the transform, of mel and of triangles. */
function definition(samples: Float32Array, step: Said): number[] {
  const { rate, window, hop, bands, low, high, floor } = step;
  const size = 2 ** Math.ceil(Math.log2(window));
  const hann = Array.from({ length: window }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / window));
  const energy = hann.reduce((sum, value) => sum + value ** 2, 0);
  const mel = (hz: number): number => 2595 * Math.log10(1 + hz / 700);
  const edges = Array.from({ length: bands + 2 }, (_, i) => {
    const at = mel(low) + ((mel(high) - mel(low)) * i) / (bands + 1);
    return (700 * (10 ** (at / 2595) - 1) * size) / rate;
  });
  const result: number[] = [];
  for (let start = 0; start + window <= samples.length; start += hop) {
    const power = Array.from({ length: size / 2 + 1 }, (_, k) => {
      const turns = hann.map((weight, i) => [weight * samples[start + i], (2 * Math.PI * k * i) / size]);
      const re = turns.reduce((sum, [value, turn]) => sum + value * Math.cos(turn), 0);
      const im = turns.reduce((sum, [value, turn]) => sum + value * Math.sin(turn), 0);
      return (re ** 2 + im ** 2) / energy;
    });
    for (let band = 0; band < bands; band++) {
      const [begin, peak, end] = edges.slice(band, band + 3);
      const weights = power.map((_, k) =>
        Math.max(0, Math.min((k - begin) / (peak - begin), (end - k) / (end - peak))),
      );
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const mean = power.reduce((sum, value, k) => sum + value * weights[k], 0) / total;
      result.push(Math.log(Math.max(floor, mean)));
    }
  }
  return result;
}

it.each([
  [256, 128, 10, 0, 4000],
  [240, 160, 12, 100, 3800],
  [9, 5, 2, 0, 4000],
] as const)('is its definition: windows of %i every %i, %i bands', async (window, hop, bands, low, high) => {
  const step = { step: 'spectrum', rate: 8000, window, hop, bands, low, high, floor: 1e-6 } as const;
  const samples = noise(600);
  const [found, expected] = [await spectrumOf(samples, step), definition(samples, step)];
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i], 4);
});

it('has the variance of white noise in every band, and silence at the floor', async () => {
  const found = await spectrumOf(noise(100_000, 0.25), STEP);
  for (let band = 0; band < 10; band++) {
    const powers = found.filter((_, i) => i % 10 === band).map(Math.exp);
    const mean = powers.reduce((sum, value) => sum + value, 0) / powers.length;
    expect(mean / 0.25 ** 2).toBeCloseTo(1, 0);
    expect(Math.abs(mean / 0.25 ** 2 - 1)).toBeLessThan(0.15);
  }
  const silence = await spectrumOf(new Float32Array(600), { ...STEP, floor: 0.5 });
  expect(new Set(silence)).toEqual(new Set([Math.fround(Math.log(0.5))]));
});

it('keeps what is no number, and only in the windows that hold it', async () => {
  const samples = noise(512);
  samples[300] = Number.NaN;
  const found = await spectrumOf(samples, STEP);
  expect([...found].map(Number.isNaN)).toEqual(Array.from({ length: 30 }, (_, i) => i >= 10));
});

describe('its numbers', () => {
  it('logarithms differ from those of doubles by less than 3e-7 of them', () => {
    for (let i = 0; i < 20_000; i++) {
      const x = Math.fround(2 ** (254 * random.uniform() - 126));
      expect(Math.abs(naturalLogarithm(x) - Math.log(x))).toBeLessThan(
        3e-7 * Math.max(1e-3, Math.abs(Math.log(x))),
      );
    }
    expect([1, 2 ** -126, Infinity].map(naturalLogarithm)).toEqual(
      [0, -126 * Math.LN2, 128 * Math.LN2].map(Math.fround),
    );
  });

  it('sines are those of Math to the last bits, and exact at quarters', () => {
    for (let k = 0; k <= 999; k++) {
      expect(Math.abs(sineOfTurn(k, 999) - Math.sin((2 * Math.PI * k) / 999))).toBeLessThan(2e-15);
    }
    expect([0, 1, 2, 3].map((k) => sineOfTurn(k, 4) + 0)).toEqual([0, 1, 0, -1]);
  });

  it('every band weighs white noise alike', () => {
    const { bands, window } = spectrumTables({ window: 64, hop: 32, edges: [0, 2.5, 7, 32], floor: 1 });
    const energy = window.reduce((sum, value) => sum + value ** 2, 0);
    for (const { weights } of bands) {
      expect(weights.reduce((sum, value) => sum + value, 0) * 4 * energy).toBeCloseTo(1, 5);
    }
    expect(bands.map(({ first, weights }) => [first, weights.length])).toEqual([
      [1, 6],
      [3, 29],
    ]);
  });
});

describe('what it does not fit', () => {
  it.each([
    ['shorter samples', {}, [255, 1], 'reads windows of 256 values, and a sample has 255'],
    ['several channels', {}, [600, 2], 'takes samples of shape [length, 1], and these have [600, 2]'],
    ['rows of a table', {}, [600], 'takes samples of shape [length, 1]'],
    ['more bands than it moves', { hop: 9 }, [600, 1], 'makes 10 bands every 9 values: more than it reads'],
    ['bands between two frequencies', { bands: 120 }, [600, 1], 'has nothing in band'],
    ['days of sound', { hop: 10 }, [1_000_000, 1], '4194304 are the most'],
  ] as const)('%s', async (_, change, shape, words) => {
    await expect(fitted([{ ...STEP, ...change }], new Float32Array(0), shape)).rejects.toMatchObject({
      code: 'bad-step',
      message: expect.stringContaining(words),
    });
  });

  it('bands above half the rate, or upside down', () => {
    for (const change of [{ high: 4001 }, { low: 3000, high: 3000 }, { low: 4000 }, { window: 7 }]) {
      expect(stepSchema.safeParse({ ...STEP, ...change }).success).toBe(false);
    }
  });

  const good = { window: 16, hop: 8, edges: [0, 2, 8], floor: 1 };
  const parse = (change: object): unknown =>
    parsePreparation(
      JSON.stringify({
        version: 1,
        inputShape: [32, 1],
        steps: [{ step: 'spectrum', parameters: { ...good, ...change } }],
      }),
    );
  it.each([
    ['edges beyond the transform', { edges: [0, 2, 8.5] }, 'half the points'],
    ['edges that do not ascend', { edges: [0, 2, 2] }, 'ascend'],
    ['edges below 0', { edges: [-1, 2, 3] }, 'ascend'],
    ['too few edges', { edges: [0, 2] }, 'edges'],
    ['too many edges', { edges: Array.from({ length: 300 }, (_, i) => i / 64) }, 'edges'],
    ['an endless window', { window: 2 ** 30 }, 'window'],
    ['no hop', { hop: 0 }, 'hop'],
    ['a floor of 0', { floor: 0 }, 'floor'],
    ['a floor that float32 does not hold', { floor: 0.1 }, 'float32'],
    ['windows longer than samples', { window: 64, edges: [0, 2, 8] }, 'a sample has 32'],
    ['an empty band', { edges: [2.125, 2.5, 2.875] }, 'nothing in band 1 of 1'],
  ])('a preparation of %s', (_, change, words) => {
    expect(() => parse({})).not.toThrow();
    expect(() => parse(change)).toThrow(words);
  });

  it('is asked before anything is computed', () => {
    expect(spectrumMisfit({ ...good, hop: 1 }, [2 ** 24, 1])).toContain('are the most');
  });
});
