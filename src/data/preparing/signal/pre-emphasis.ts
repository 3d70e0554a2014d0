import * as z from 'zod';
import type { PreparingStep } from '../step.ts';
import { settledOn } from './bad-step.ts';

const options = z.strictObject({
  step: z
    .literal('pre-emphasis')
    .describe('Raises high pitches: every reading less a part of the one before.'),
  coefficient: z.number().min(-1).max(1).default(0.97).describe('The part.'),
});

export const preEmphasis: PreparingStep<typeof options, 'pre-emphasis'> = {
  summary: 'high pitches raised',
  options,
  becomes: 'pre-emphasis',
  fit({ step, coefficient }, shape) {
    const parameters = { coefficient: Math.fround(coefficient) };
    return settledOn(step, { step: 'pre-emphasis', parameters }, shape, 'It takes readings in time.');
  },
};
