import * as z from 'zod';
import { usageError } from '../../core/errors.ts';
import { formatShape } from '../../core/tensor.ts';
import { type PreparingStep, settled } from './step.ts';

const options = z.strictObject({
  step: z
    .literal('decimate')
    .describe(
      'Fewer readings: each the mean of as many as the factor says. A step "filter" in front, below a third of the new rate, keeps out what is too fast for it.',
    ),
  factor: z.int().min(2).max(65536).describe('Readings that become one.'),
});

export const decimate: PreparingStep<typeof options, 'decimate'> = {
  summary: 'means of several readings in place of them',
  options,
  becomes: 'decimate',
  fit({ factor }, shape) {
    if (shape.length < 2 || shape[0] < factor) {
      throw usageError(
        'bad-step',
        `The preparing step "decimate" takes the mean of ${factor} rows, and a sample of shape ${formatShape(shape)} has ${shape.length < 2 ? 'no rows' : `only ${shape[0]}`}.`,
        'Take longer windows, or a smaller "factor".',
      );
    }
    return settled({ factor });
  },
};
