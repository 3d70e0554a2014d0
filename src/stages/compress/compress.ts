/** Stage `compress`: the trained model through the project's methods of compression, measured before them and after each. */

import * as z from 'zod';
import { usageError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import { prettyJson } from '../../core/json.ts';
import { compressModel } from '../../models/compress/compress-model.ts';
import { COMPRESSION_NAMES, filesRead } from '../../training/compress/index.ts';
import type { Stage } from '../stage.ts';
import { type CompressOptions, compressOptions, openProjectJob } from './project-job.ts';

/** The table of what each method did, a `CompressionTable`. */
export const STEPS_FILE = 'steps.json';

export const compressStage: Stage<CompressOptions, Record<string, never>> = {
  name: 'compress',
  kind: 'compressed-model',
  summary: 'make the trained model smaller',
  overrides: z.strictObject({}),
  options(project) {
    const options = compressOptions(project);
    if (options.methods.length > 0) return options;
    throw usageError(
      'no-compression',
      'The project lists no methods of compression',
      `List them in its file: "training": { "compress": [{ "method": "prune" }] }. There are ${COMPRESSION_NAMES.join(', ')}.`,
    );
  },
  consumes: () => [{ stage: 'dataset' }, { stage: 'train' }],
  reads: ({ methods }) => filesRead(methods),
  async run(context, options, input) {
    const { job, close } = openProjectJob(input, options, context);
    try {
      const { files, table, interrupted } = await compressModel(job, context);
      const last = table.steps.at(-1);
      return {
        files: { ...files, [STEPS_FILE]: prettyJson(table) },
        metrics: {
          ...last?.cost,
          ...given({ float: last?.test?.float, [table.type]: last?.test?.converted }),
        },
        interrupted,
      };
    } finally {
      close();
    }
  },
};
