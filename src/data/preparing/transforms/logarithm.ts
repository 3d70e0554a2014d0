import * as z from 'zod';
import { rowsOf } from '../../../core/samples/preparation.ts';
import { float32 } from './channel-values.ts';
import { LEAST_FLOOR, naturalLogarithm } from './natural-logarithm.ts';
import type { RowRule } from './transform.ts';

export const logarithm: RowRule<'logarithm'> = {
  parameters: z.strictObject({
    scale: float32.positive(),
    added: float32.min(0),
    floor: float32.refine((floor) => floor >= LEAST_FLOOR, { error: 'must be 2^-126 or more' }),
  }),
  misfit: () => undefined,
  rows({ scale, added, floor }, shape) {
    const { width } = rowsOf(shape);
    return {
      compute(from, at, into, to) {
        for (let i = 0; i < width; i++) {
          const value = Math.fround(from[at + i] + added);
          into[to + i] = Number.isNaN(value)
            ? value
            : scale * naturalLogarithm(value > floor ? value : floor);
        }
      },
    };
  },
};
