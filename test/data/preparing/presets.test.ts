/** Presets, compared with what their origins make of the same signal. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { preparedShape } from '../../../src/core/samples/preparation.ts';
import type { StepInput } from '../../../src/data/preparing/index.ts';
import { PRESETS, presetSteps } from '../../../src/data/preparing/presets/index.ts';
import { PRESET_NAMES, type PresetName } from '../../../src/data/preparing/presets/preset-names.ts';
import { rateMisfit } from '../../../src/data/preparing/rate-misfit.ts';
import { fitted, prepared } from './fit.ts';
import { MICRO_SPEECH } from './micro-speech.ts';

const recordedSchema = z.record(
  z.string(),
  z.strictObject({
    origin: z.string(),
    rate: z.number(),
    length: z.number(),
    channels: z.number().default(1),
    shape: z.array(z.number()),
    values: z.array(z.number()),
  }),
);
const RECORDED = recordedSchema.parse(
  JSON.parse(readFileSync(new URL('../../../fixtures/features/recorded.json', import.meta.url), 'utf8')),
);

/** Noise of a linear congruential generator on a square wave, ever louder. */
function signal(length: number): Float32Array {
  let state = 15;
  return Float32Array.from({ length }, (_, n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const noise = ((state >>> 16) - 32_768) / 32_768;
    return ((noise / 4 + (n % 74 < 37 ? 0.25 : -0.25)) * (n + 1)) / length;
  });
}

/** Largest difference: of decibels, of logarithms and cepstra, of steps of 1 / 256. */
const TOLERANCE: Partial<Record<PresetName, number>> = {
  'mlperf-kws': 1e-4,
  'mlperf-ad': 1e-3,
  librosa: 1e-3,
  'librosa-mfcc': 3e-3,
  'edge-impulse-mfe': 1 / 256,
  'edge-impulse-mfcc': 1e-4,
  'edge-impulse-spectral': 1e-5,
};

/** Their pre-emphasis takes the last reading for the one before the first. */
const BEGINS_WITH_THE_LAST: readonly PresetName[] = ['edge-impulse-mfe', 'edge-impulse-mfcc'];

async function differences(name: PresetName): Promise<number[]> {
  const { length, channels, rate, shape, values } = RECORDED[name];
  const samples = signal(length * channels);
  if (BEGINS_WITH_THE_LAST.includes(name)) samples[length - 1] = 0;
  const preparation = await fitted([{ step: 'preset', name, rate }], samples, [length, channels]);
  expect(preparedShape(preparation)).toEqual(shape);
  const found = prepared(preparation, samples);
  return values.map((value, i) => Math.abs(found[i] - value));
}

describe('what the origin makes of a signal', () => {
  it.each(Object.entries(TOLERANCE))('%s', async (name, tolerance) => {
    expect(Math.max(...(await differences(name as PresetName)))).toBeLessThanOrEqual(tolerance);
  });

  it('edge-impulse-mfe differs where a value lies between two steps, which is rare', async () => {
    const found = await differences('edge-impulse-mfe');
    expect(found.filter((difference) => difference > 1e-6).length / found.length).toBeLessThan(0.01);
  });
});

// The block at its defaults but for a low pass of 3 Hz and order 6, which hides the frequencies above it.
const SPECTRAL_BEHIND_LOW_PASS = [
  0.0764688, -0.100806, -0.36828, 1.41848, 0.190167, -1.03131, 0.0887325, -0.0461353, 0.190481, 1.38261,
  0.0411259, -0.759637, 0.0901996, 0.338342, 0.328159, 1.49087, 0.46926, -0.789624,
];

it('edge-impulse-spectral behind a filter is its origin with that filter', async () => {
  const samples = signal(375);
  const steps: readonly StepInput[] = [
    { step: 'filter', rate: 62.5, below: 3, order: 6 },
    {
      step: 'statistics',
      rate: 62.5,
      measures: ['deviation', 'skewness', 'kurtosis'],
      power: { points: 16, measures: ['skewness', 'kurtosis'], edges: [3, 6] },
    },
  ];
  const found = [...prepared(await fitted(steps, samples, [125, 3]), samples)];
  expect(found).toHaveLength(SPECTRAL_BEHIND_LOW_PASS.length);
  for (const [i, value] of SPECTRAL_BEHIND_LOW_PASS.entries()) expect(found[i]).toBeCloseTo(value, 4);
});

it('every preset is steps at its own rate, of which none is missing there', () => {
  for (const name of PRESET_NAMES) {
    expect(presetSteps(name).length).toBeGreaterThan(0);
    expect(PRESETS[name].rate).toBeGreaterThan(0);
  }
});

it('tflm-micro-speech is the front end of micro_speech', async () => {
  const { steps } = await fitted([{ step: 'preset', name: 'tflm-micro-speech' }], signal(480), [480, 1]);
  expect(steps).toEqual([
    { step: 'fixed-spectrum', parameters: { ...MICRO_SPEECH, levels: 0.10196078568696976 } },
  ]);
});

it('knows at which rate it is meant to be', () => {
  const preset = { step: 'preset', name: 'mlperf-kws' } as const;
  expect(rateMisfit([preset], 16_000)).toBeUndefined();
  expect(rateMisfit([preset], 8000)).toEqual({ place: 0, rate: 8000 });
  expect(() => presetSteps('mlperf-kws', 6000)).toThrow(
    'The preset "mlperf-kws" makes no features of 6000 readings in a second: "low" must be below "high"',
  );
});
