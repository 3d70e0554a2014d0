import * as z from 'zod';
import { rowsOf } from '../../../core/samples/preparation.ts';
import { float32 } from './channel-values.ts';
import { withoutRows } from './rows-misfit.ts';
import type { RowRule } from './transform.ts';

export const preEmphasis: RowRule<'pre-emphasis'> = {
  parameters: z.strictObject({ coefficient: float32 }),
  misfit: (_, shape) => withoutRows('reads rows one after another', shape),
  rows({ coefficient }, shape) {
    const { width } = rowsOf(shape);
    const last = new Float32Array(width);
    return {
      reset: () => void last.fill(0),
      compute(from, at, into, to) {
        for (let i = 0; i < width; i++) {
          const value = from[at + i];
          into[to + i] = value - Math.fround(coefficient * last[i]);
          last[i] = value;
        }
      },
    };
  },
};
