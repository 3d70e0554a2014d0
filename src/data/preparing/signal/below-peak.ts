import * as z from 'zod';
import type { PreparingStep } from '../step.ts';
import { settledOn } from './bad-step.ts';

const options = z.strictObject({
  step: z
    .literal('below-peak')
    .describe('What lies far below the largest value of a sample is raised: 80 dB below the loudest, say.'),
  range: z.number().min(1e-6).max(1e6).default(80).describe('How far it may lie below.'),
});

export const belowPeak: PreparingStep<typeof options, 'below-peak'> = {
  summary: 'what is far below the largest value, raised',
  options,
  becomes: 'below-peak',
  fit: ({ step, range }, shape) =>
    settledOn(
      step,
      { step: 'below-peak', parameters: { range: Math.fround(range) } },
      shape,
      'Change the samples.',
    ),
};
