/** Stage `dataset`: samples split into train, validation and test, as `.npy` files, and the names of their classes. */

import * as z from 'zod';
import { usageError } from '../core/errors.ts';
import { given as givenOnly } from '../core/given.ts';
import { configFault } from './config/config-errors.ts';
import type { Fold } from './dataset/divide.ts';
import { datasetFromFiles } from './dataset/from-files.ts';
import { generatedDataset } from './dataset/generated.ts';
import { filesRead } from './dataset/open-files.ts';
import { type DatasetConfig, datasetSchema, isGenerated } from './dataset-config.ts';
import type { Stage } from './stage.ts';

const overrides = z.strictObject({
  samples: z.int().positive().optional(),
  noise: z.number().nonnegative().optional(),
  fold: z.int().nonnegative().optional(),
  folds: z.int().min(2).max(255).optional(),
  strict: z.boolean().optional(),
  skipBad: z.int().nonnegative().optional(),
});

type DatasetOptions = DatasetConfig & { readonly turn?: Fold };

/** What the project file may say of this source, the command line may. */
function withinLimits(options: unknown): DatasetConfig {
  const parsed = datasetSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  const { sentence } = configFault(parsed.error.issues, options, {});
  throw usageError('bad-option', `dataset: ${sentence}`, 'See "tinyml dataset --help".');
}

/** Throws a usage error for samples that are made: there are always more of them. */
function turnOf({ source }: DatasetConfig, { fold, folds }: z.infer<typeof overrides>): { turn?: Fold } {
  if (fold === undefined || folds === undefined) return {};
  if (source === 'sine' || source === 'motion') {
    throw usageError(
      'no-folds',
      `The source "${source}" makes its samples, so there is no need to use each of them for training and for a test`,
      'Ask for more samples: "tinyml dataset --samples 10000". Folds are for files of your own.',
    );
  }
  return { turn: { fold, folds } };
}

export const datasetStage: Stage<DatasetOptions, z.infer<typeof overrides>> = {
  name: 'dataset',
  kind: 'dataset',
  summary: 'make the samples and split them',
  overrides,
  options: ({ dataset }, given) => {
    const { fold: _, folds: __, strict, skipBad, ...own } = given;
    // Nothing is wrong with samples that are made.
    const ofFiles = isGenerated(dataset) ? {} : { ...(strict && { strict }), ...givenOnly({ skipBad }) };
    return { ...withinLimits({ ...dataset, ...own, ...ofFiles }), ...turnOf(dataset, given) };
  },
  consumes: () => [],
  reads: (options, context) => (isGenerated(options) ? [] : filesRead(options, context)),
  run: async (context, options) =>
    isGenerated(options)
      ? generatedDataset(options, context.seed)
      : datasetFromFiles(options, options.turn, context),
};
