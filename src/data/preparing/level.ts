import * as z from 'zod';
import { LEVEL_MEASURES } from '../../core/samples/preparation.ts';
import { elementCount } from '../../core/tensor.ts';
import { mapFitting } from './channel-moments.ts';
import { channelQuantiles } from './channel-quantiles.ts';
import type { PreparingStep } from './step.ts';
import { LEVEL_OF } from './transforms/level.ts';

const options = z.strictObject({
  step: z
    .literal('level')
    .describe('Every sample as loud as every other: how near the microphone was no longer matters.'),
  measure: z
    .enum(LEVEL_MEASURES)
    .default('rms')
    .describe('What is brought to the level: the root of the mean square, or the largest magnitude.'),
  level: z.number().min(1e-6).max(1e6).default(0.1).describe('What it becomes.'),
  silence: z
    .number()
    .min(1e-6)
    .max(1)
    .default(0.01)
    .describe(
      'Samples below this share of the median level of the training split are silence, and stay quieter than the rest.',
    ),
});

/** For a training split that is silent throughout. */
const LEAST_FLOOR = 1e-30;

export const level: PreparingStep<typeof options, 'level'> = {
  summary: 'every sample to the same level',
  options,
  becomes: 'level',
  fit({ measure, level: wanted, silence }, shape) {
    const length = elementCount(shape);
    const levels = channelQuantiles(1, [0.5]);
    const levelOf = LEVEL_OF[measure];
    return mapFitting(
      {
        ...levels,
        see(samples) {
          const found = new Float32Array(samples.length / length);
          for (let sample = 0; sample < found.length; sample++) {
            found[sample] = levelOf(samples, sample * length, length);
          }
          levels.see(found);
        },
      },
      ([[median]]) => ({
        measure,
        level: Math.fround(wanted),
        floor: Math.fround(Math.max(LEAST_FLOOR, silence * median || 0)),
      }),
    );
  },
};
