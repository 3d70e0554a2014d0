import * as z from 'zod';
import type { PreparingStep } from '../step.ts';
import { settledOn } from './bad-step.ts';

const options = z.strictObject({
  step: z
    .literal('remove-mean')
    .describe('Every channel of a sample less its own mean: how a sensor was held, or its offset, is gone.'),
});

export const removeMean: PreparingStep<typeof options, 'normalize'> = {
  summary: 'every sample less its mean',
  options,
  becomes: 'normalize',
  fit: ({ step }, shape) =>
    settledOn(step, { step: 'normalize', parameters: {} }, shape, 'Take samples of several rows.'),
};
