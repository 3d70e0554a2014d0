import * as z from 'zod';
import type { PreparingStep } from '../step.ts';
import { settledOn } from './bad-step.ts';

const options = z.strictObject({
  step: z.literal('round').describe('Every value becomes the nearest of evenly spaced ones.'),
  levels: z.int().min(1).max(65536).default(256).describe('How many of them lie from 0 to 1.'),
});

export const round: PreparingStep<typeof options, 'round'> = {
  summary: 'the nearest of evenly spaced values',
  options,
  becomes: 'round',
  fit: ({ step, levels }, shape) =>
    settledOn(step, { step: 'round', parameters: { levels } }, shape, 'Change the samples.'),
};
