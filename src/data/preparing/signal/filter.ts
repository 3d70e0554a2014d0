import * as z from 'zod';
import { butterworth } from '../../../core/samples/filter.ts';
import type { PreparingStep } from '../step.ts';
import { settledOn } from './bad-step.ts';

const MAX_ORDER = 8;

const options = z
  .strictObject({
    step: z
      .literal('filter')
      .describe('Keeps some frequencies of readings in time (Butterworth), channel by channel, from rest.'),
    rate: z.number().min(1e-3).max(1e6).describe('Readings in a second, as they reach this step.'),
    above: z.number().positive().optional().describe('Keeps what is above, in Hz: a high pass.'),
    below: z
      .number()
      .positive()
      .optional()
      .describe('Keeps what is below, in Hz: a low pass. With "above" the one behind the other.'),
    order: z.int().min(1).max(MAX_ORDER).default(2).describe('How steep: 6 dB an octave for each.'),
  })
  .refine(({ above, below }) => above !== undefined || below !== undefined, {
    error: 'needs "above" or "below"',
  })
  .refine(({ rate, above = 0, below = 0 }) => Math.max(above, below) < rate / 2, {
    error: '"above" and "below" must lie below half the "rate"',
  })
  .refine(({ above = 0, below = Infinity }) => above < below, { error: '"above" must lie below "below"' });

export const filter: PreparingStep<typeof options, 'filter'> = {
  summary: 'a high, low or band pass',
  options,
  becomes: 'filter',
  fit({ step, rate, above, below, order }, shape) {
    const sections = [
      ...(above === undefined ? [] : butterworth('high', order, above / rate)),
      ...(below === undefined ? [] : butterworth('low', order, below / rate)),
    ];
    return settledOn(step, { step: 'filter', parameters: { sections } }, shape, 'It takes readings in time.');
  },
};
