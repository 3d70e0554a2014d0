/** Projects for recordings of sound. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { spectrum as spectrumStep } from '../../../src/data/preparing/spectrum.ts';
import { parseProject } from '../../../src/stages/config.ts';
import { proposeProject } from '../../../src/stages/proposal/propose-project.ts';
import { proposeSpectrum } from '../../../src/stages/proposal/propose-spectrum.ts';
import { wavOf } from '../../data/sources/wav/write-wav.ts';
import { filesOf } from '../text-files.ts';

const random = createRandom(2, 'sound');

/** Two folders of `lengths` recordings each, at 8 kHz. */
function sounds(...lengths: readonly number[]): Record<string, Uint8Array> {
  const noise = (length: number) => Array.from({ length }, () => Math.round(3000 * random.normal()));
  return Object.fromEntries(
    ['yes', 'no'].flatMap((label) =>
      lengths.map((length, i) => [`d/${label}/${i}.wav`, wavOf(noise(length), { rate: 8000 })]),
    ),
  );
}

describe('recordings of sound', () => {
  it('are heard by their frequencies, by a network that slides along time', async () => {
    const { project, reasons } = await proposeProject({ path: 'd' }, filesOf(sounds(5280, 5280)));
    expect(project.dataset).toMatchObject({
      source: 'wav',
      window: { length: 5280, stride: 5280 },
      prepare: [
        { step: 'level' },
        { step: 'spectrum', rate: 8000, window: 512, hop: 256, bands: 24, low: 100 },
        { step: 'standard' },
      ],
    });
    expect(reasons.join()).toContain('24 bands of frequencies, in windows of 64 ms every 32 ms');
    expect(project.model).toMatchObject({ architecture: 'conv1d', filters: [24, 24, 32] });
    expect(project.training.augment).toMatchObject([{ type: 'shift' }, { type: 'noise', deviation: 0.4 }]);
  });

  it('that are cut, filled, resampled or mixed are said to be', async () => {
    const files = {
      ...sounds(1000, 1000, 1000, 1200, 900),
      'd/no/stereo.wav': wavOf(new Array<number>(4000).fill(9), { rate: 16_000, channels: 2 }),
    };
    const { reasons, project } = await proposeProject({ path: 'd' }, filesOf(files));
    expect(project.dataset).toMatchObject({ format: { rate: 8000, seconds: 0.125 } });
    expect(reasons).toContain(
      'recordings are cut, or filled with silence, to 0.125 s: 2 of 11 files are longer, 2 are shorter',
    );
    expect(reasons).toContain(
      'sound is resampled to 8000 readings a second: 1 of 11 files have another rate',
    );
    expect(reasons).toContain('channels are mixed to one: 1 of 11 files have several');
    expect(reasons.join()).not.toContain('every file has');
  });

  it('that are read as they are are not', async () => {
    const { reasons } = await proposeProject({ path: 'd' }, filesOf(sounds(1000, 1000)));
    expect(reasons.join()).not.toMatch(/cut|resampled|mixed/);
  });

  it('that last too short for that stay waveforms', async () => {
    const { project } = await proposeProject({ path: 'd' }, filesOf(sounds(1000, 1000)));
    expect(project.dataset).toMatchObject({ prepare: [{ step: 'level' }] });
    expect(project.model).toMatchObject({ architecture: 'conv1d', filters: [16, 24, 32, 32] });
    expect(project.training.augment).toBeUndefined();
  });

  it('that last long, each another time, are cut into windows of a second', async () => {
    const { project } = await proposeProject({ path: 'd' }, filesOf(sounds(96_000, 88_016)));
    expect(project.dataset).toMatchObject({
      window: { length: 8000, stride: 4000 },
      prepare: [{}, { step: 'spectrum' }, {}],
    });
  });
});

it('what is proposed fits, whatever the rate', () => {
  let proposed = 0;
  for (let rate = 1; rate <= 768_000; rate = Math.ceil(rate * 1.07)) {
    for (const length of [rate >> 2, rate, 10 * rate, 60 * rate]) {
      const step = proposeSpectrum(rate, length);
      if (step === undefined) continue;
      proposed++;
      expect(() => spectrumStep.fit(spectrumStep.options.parse(step), [length, 1])).not.toThrow();
    }
  }
  expect(proposed).toBeGreaterThan(300);
});

describe('the rate of a spectrum', () => {
  const project = (rate: number, ...before: readonly object[]) =>
    JSON.stringify({
      dataset: {
        source: 'wav',
        path: 'd',
        classFrom: 'folder',
        task: 'classification',
        format: { rate: 16_000 },
        prepare: [...before, { step: 'spectrum', rate, window: 256, hop: 128 }],
      },
    });

  it('is that of the readings that reach it', () => {
    expect(() => parseProject(project(16_000))).not.toThrow();
    expect(() => parseProject(project(8000, { step: 'decimate', factor: 2 }))).not.toThrow();
    expect(() => parseProject(project(8000))).toThrow(
      'the samples that reach this step have 16000 readings in a second',
    );
    expect(() => parseProject(project(16_000, { step: 'decimate', factor: 2 }))).toThrow(
      'have 8000 readings in a second',
    );
  });
});
