/** Widths that fit, against conversions of what they are widths of. */

import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { silentReporter } from '../../../src/core/reporter.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { measureModel } from '../../../src/models/check/measure-model.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import { DEFAULT_FORM } from '../../../src/models/convert/lower.ts';
import { parseProject } from '../../../src/stages/config.ts';
import {
  type FitLimits,
  type FittedForm,
  fitArchitecture,
} from '../../../src/stages/model/fit-architecture.ts';
import type { NetworkOutput } from '../../../src/training/architectures/architecture.ts';
import { type ArchitectureSpec, expandArchitecture } from '../../../src/training/architectures/index.ts';
import { createInitialWeights } from '../../../src/training/initial-weights.ts';
import { type ModelSpec, toTopology } from '../../../src/training/model-spec.ts';

const FORM: FittedForm = { ...DEFAULT_FORM, type: 'int8', target: 'cortex-m-cmsis-nn' };

/** Quantization parameters that samples make equal are stored once; nothing else differs. */
const SHARED_BYTES_OF_LAYER = 16;

interface Case {
  readonly model: object;
  readonly input: Shape;
  readonly output: NetworkOutput;
}

const GESTURES: Case = {
  model: { architecture: 'conv1d' },
  input: [64, 3],
  output: { task: 'classification', units: 4 },
};
const CASES: readonly Case[] = [
  GESTURES,
  { model: { architecture: 'mlp' }, input: [6], output: { task: 'classification', units: 1 } },
  { model: { architecture: 'cnn' }, input: [12, 12, 1], output: { task: 'classification', units: 3 } },
  { model: { architecture: 'autoencoder' }, input: [20], output: { task: 'anomaly', units: 20 } },
  {
    model: { architecture: 'mobilenet_v1', alpha: 0.125 },
    input: [40, 40, 3],
    output: { task: 'classification', units: 1 },
  },
  {
    model: { architecture: 'resnet8', filters: 4 },
    input: [8, 8, 3],
    output: { task: 'classification', units: 3 },
  },
  { model: { architecture: 'ds_cnn', blocks: 1 }, input: [16, 8], output: { task: 'regression', units: 1 } },
];

function specOf(model: object): ArchitectureSpec {
  const { model: parsed } = parseProject(JSON.stringify({ model }));
  if ('layers' in parsed) throw new Error('no architecture');
  return parsed;
}

function fitted({ model, input, output }: Case, limits: FitLimits, form = FORM, report = silentReporter) {
  return fitArchitecture(specOf(model), input, output, limits, form, report);
}

/** Of the file that samples and different weights make of the layers. */
async function measured(layers: ModelSpec, input: Shape) {
  const topology = toTopology(layers, input);
  const random = createRandom(5, 'samples');
  const weights = createInitialWeights(topology, 7).map((weight) => ({
    ...weight,
    data: weight.data.map((value) => (value === 0 ? 0.3 * random.uniform() : value)),
  }));
  const data = Float32Array.from({ length: 20 * elementCount(input) }, () => random.normal());
  const calibration = arrayRecords({ data, shape: [20, ...input] });
  const { bytes } = await convertModel(importKeras({ topology, weights }), {
    calibration,
    without: ['drop-constant-channels', 'drop-dead-channels'],
  });
  const { flash, ram } = measureModel(bytes, FORM.target);
  return { flash: flash.value ?? 0, ram: ram.value ?? 0 };
}

async function refusal(fitting: Promise<unknown>): Promise<TinymlError> {
  const error: unknown = await fitting.catch((reason: unknown) => reason);
  if (error instanceof TinymlError) return error;
  throw new Error('nothing was refused');
}

describe('fitArchitecture', () => {
  it.each(CASES)('$model foretells what a conversion takes', async (one) => {
    const { layers, width, flash, ram } = await fitted(one, { flash: 24 * 1024, ram: 64 * 1024 });
    const real = await measured(layers, one.input);
    expect(ram).toBe(real.ram);
    expect(flash).toBeGreaterThanOrEqual(real.flash);
    expect(flash).toBeLessThanOrEqual(real.flash + SHARED_BYTES_OF_LAYER * layers.layers.length);
    expect(layers).toEqual(expandArchitecture(specOf(one.model), one.input, one.output, width));
  });

  it('takes the last width before the limit, to the byte', async () => {
    const { layers, width, flash } = await fitted(GESTURES, { flash: 6000 });
    const wider = expandArchitecture(specOf(GESTURES.model), GESTURES.input, GESTURES.output, width + 1 / 16);
    expect(wider).not.toEqual(layers);
    expect((await measured(wider, GESTURES.input)).flash).toBeGreaterThan(6000);
    expect((await fitted(GESTURES, { flash })).width).toBe(width);
    expect((await fitted(GESTURES, { flash: flash - 1 })).width).toBeLessThan(width);
    const { ram } = await fitted(GESTURES, { ram: 4000 });
    expect((await fitted(GESTURES, { ram })).ram).toBe(ram);
    expect((await fitted(GESTURES, { ram: ram - 1 })).ram).toBeLessThan(ram);
  });

  it('tells each width that it tries, and which one it takes', async () => {
    const told: string[] = [];
    const counts: number[] = [];
    await fitted(GESTURES, { flash: 6000, ram: 8192 }, FORM, {
      ...silentReporter,
      progress: (done, total, detail) => {
        counts.push(total - done);
        told.push(detail);
      },
      info: (message) => told.push(message),
    });
    expect(told[0]).toMatch(/^width 0\.0625: [\d,]+ bytes of flash and [\d,]+ bytes of RAM$/);
    expect(told.at(-1)).toMatch(
      /^"conv1d" fits at width [\d.]+ and not at [\d.]+: [\d,]+ bytes of flash and [\d,]+ bytes of RAM are foretold, of 6,000 of flash and 8,192 of RAM; /,
    );
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(0);
  });

  it('says so where even the smallest does not fit', async () => {
    const { kind, code, message } = await refusal(fitted(GESTURES, { flash: 1000, ram: 500 }));
    expect([kind, code]).toEqual(['mismatch', 'fit-none']);
    expect(message).toMatch(
      /^Even with a 16th of its width the architecture "conv1d" would take [\d,]+ bytes of flash and [\d,]+ bytes of RAM, and "fit" allows 1,000 of flash and 500 of RAM$/,
    );
  });

  it('ends at sixteen times the width, and at networks that no microcontroller holds', async () => {
    const told: string[] = [];
    const report = { ...silentReporter, info: (message: string) => told.push(message) };
    const one = { ...GESTURES, model: { architecture: 'mlp', units: [2] } };
    expect((await fitted(one, { flash: 2 ** 40 }, FORM, report)).width).toBe(16);
    expect(told).toEqual([expect.stringContaining('fits at width 16, and wider ones are not tried: ')]);
    const vast = { ...one, model: { architecture: 'mlp', units: [65_536, 65_536] } };
    expect((await refusal(fitted(vast, { flash: 2 ** 40 }))).message).toContain(
      'has more than 4,000,000 weights',
    );
  });

  it('measures a float file where that is what will be written', async () => {
    const limits = { flash: 6000 };
    const float = await fitted(GESTURES, limits, { ...FORM, type: 'float' });
    expect(float.width).toBeLessThan((await fitted(GESTURES, limits)).width);
  });
});
