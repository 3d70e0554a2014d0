import * as z from 'zod';
import type { PreparingStep } from '../step.ts';
import { settledOn } from './bad-step.ts';

const options = z.strictObject({
  step: z
    .literal('pad-ends')
    .describe('Rows more at both ends, so that windows may be centred on the first and the last reading.'),
  count: z.int().min(1).max(65536).describe('How many at each end.'),
  with: z
    .enum(['zero', 'reflect'])
    .default('zero')
    .describe('Zeros, or the rows mirrored at the ends, which stay single.'),
});

export const padEnds: PreparingStep<typeof options, 'pad-ends'> = {
  summary: 'more rows at both ends',
  options,
  becomes: 'pad-ends',
  fit: ({ step, count, with: filling }, shape) =>
    settledOn(
      step,
      { step: 'pad-ends', parameters: { count, with: filling } },
      shape,
      'Take longer windows, or a smaller "count".',
    ),
};
