import * as z from 'zod';
import type { PreparingStep } from '../step.ts';
import { settledOn } from './bad-step.ts';

const SCALES = { ln: 1, log10: 1 / Math.LN10, dB: 10 / Math.LN10 } as const;

const options = z.strictObject({
  step: z.literal('logarithm').describe('Every value becomes its logarithm.'),
  unit: z
    .enum(['ln', 'log10', 'dB'])
    .default('ln')
    .describe('The natural logarithm, that of base 10, or ten times that.'),
  floor: z.number().min(1e-30).max(1e30).default(1e-30).describe('What is below counts as this.'),
  added: z.number().min(0).max(1e30).default(0).describe('Is added to every value before.'),
});

export const logarithm: PreparingStep<typeof options, 'logarithm'> = {
  summary: 'logarithms, decibels',
  options,
  becomes: 'logarithm',
  fit({ step, unit, floor, added }, shape) {
    const parameters = {
      scale: Math.fround(SCALES[unit]),
      added: Math.fround(added),
      floor: Math.fround(floor),
    };
    return settledOn(step, { step: 'logarithm', parameters }, shape, 'Change the samples.');
  },
};
