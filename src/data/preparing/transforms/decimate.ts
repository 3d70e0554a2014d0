import * as z from 'zod';
import { rowsOf } from '../../../core/samples/preparation.ts';
import type { RowRule } from './transform.ts';

export const decimate: RowRule<'decimate'> = {
  parameters: z.strictObject({ factor: z.int().positive() }),
  misfit: ({ factor }, shape) =>
    shape.length >= 2 && shape[0] >= factor
      ? undefined
      : `takes the mean of ${factor} rows, and a sample has ${shape.length < 2 ? 'no rows' : shape[0]}`,
  rows({ factor }, shape) {
    const { width } = rowsOf(shape);
    return {
      compute(from, at, into, to) {
        for (let i = 0; i < width; i++) {
          let sum = from[at + i];
          for (let next = 1; next < factor; next++) sum = Math.fround(sum + from[at + i + next * width]);
          into[to + i] = sum / factor;
        }
      },
    };
  },
};
