import * as z from 'zod';
import { NO_FRACTION, rowsOf } from '../../../core/samples/preparation.ts';
import type { RowRule } from './transform.ts';

export const round: RowRule<'round'> = {
  parameters: z.strictObject({
    levels: z
      .int()
      .min(1)
      .max(2 ** 16),
  }),
  misfit: () => undefined,
  rows({ levels }, shape) {
    const { width } = rowsOf(shape);
    return {
      compute(from, at, into, to) {
        for (let i = 0; i < width; i++) {
          const whole = Math.fround(Math.fround(from[at + i] * levels) + NO_FRACTION);
          into[to + i] = Math.fround(whole - NO_FRACTION) / levels;
        }
      },
    };
  },
};
