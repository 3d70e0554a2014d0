import * as z from 'zod';
import type { PreparingStep } from '../step.ts';
import { settledOn } from './bad-step.ts';

const options = z.strictObject({
  step: z
    .literal('normalize')
    .describe('Every channel of a sample to mean 0 and deviation 1 in itself: how loud it was is gone.'),
  window: z
    .int()
    .min(3)
    .max(4095)
    .refine((window) => window % 2 === 1, { error: 'must be odd' })
    .optional()
    .describe(
      'Means and deviations of as many rows around each, mirrored at the ends. Default: of all rows.',
    ),
  added: z.number().min(1e-30).max(1e6).default(1e-10).describe('Is added to deviations.'),
});

export const normalize: PreparingStep<typeof options, 'normalize'> = {
  summary: 'every sample to mean 0 and deviation 1',
  options,
  becomes: 'normalize',
  fit({ step, window, added }, shape) {
    const parameters = {
      divide: { added: Math.fround(added) },
      ...(window === undefined ? {} : { window }),
    };
    return settledOn(step, { step: 'normalize', parameters }, shape, 'Take samples of several rows.');
  },
};
