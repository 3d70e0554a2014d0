/** Stage `dataset`: samples split into train, validation and test, as `.npy` files. */

import { z } from 'zod';
import { usageError } from '../core/errors.ts';
import { writeNpy } from '../data/npy.ts';
import { type LabelledSamples, sineSamples } from '../data/sine.ts';
import type { DatasetConfig } from './config.ts';
import type { Stage } from './stage.ts';

export const SPLITS = ['train', 'validation', 'test'] as const;
export type Split = (typeof SPLITS)[number];

const overrides = z.strictObject({
  samples: z.int().positive().optional(),
  noise: z.number().nonnegative().optional(),
});

/** First index of each split, and the end. */
function splitBounds({ samples, split }: DatasetConfig): Record<Split, readonly [number, number]> {
  const trainEnd = Math.round(samples * split.train);
  const validationEnd = Math.round(samples * (split.train + split.validation));
  const bounds = {
    train: [0, trainEnd],
    validation: [trainEnd, validationEnd],
    test: [validationEnd, samples],
  } as const;
  for (const name of SPLITS) {
    if (bounds[name][1] <= bounds[name][0]) {
      throw usageError(
        'empty-split',
        `${samples} samples leave none for the ${name} split`,
        'Ask for more samples.',
      );
    }
  }
  return bounds;
}

function column(values: Float32Array, [start, end]: readonly [number, number]): Uint8Array {
  return writeNpy('float32', [end - start, 1], values.subarray(start, end));
}

export const datasetStage: Stage<DatasetConfig, z.infer<typeof overrides>> = {
  name: 'dataset',
  kind: 'dataset',
  summary: 'make the samples and split them',
  overrides,
  options: ({ dataset }, { samples, noise }) => ({
    ...dataset,
    samples: samples ?? dataset.samples,
    noise: noise ?? dataset.noise,
  }),
  consumes: () => [],
  async run({ seed }, options) {
    const bounds = splitBounds(options);
    const [low, high] = options.range;
    const all: LabelledSamples = sineSamples({ ...options, low, high }, seed);
    const files: Record<string, Uint8Array> = {};
    for (const name of SPLITS) {
      files[`x_${name}.npy`] = column(all.x, bounds[name]);
      files[`y_${name}.npy`] = column(all.y, bounds[name]);
    }
    files['truth_test.npy'] = column(all.truth, bounds.test);
    const count = (name: Split): number => bounds[name][1] - bounds[name][0];
    return {
      files,
      metrics: { train: count('train'), validation: count('validation'), test: count('test') },
    };
  },
};
