import * as z from 'zod';
import { counted } from '../../../core/figure-text.ts';
import { rowsOf } from '../../../core/samples/preparation.ts';
import { withoutRows } from './rows-misfit.ts';
import type { WholeRule } from './transform.ts';

export const padEnds: WholeRule<'pad-ends'> = {
  parameters: z.strictObject({
    count: z
      .int()
      .min(1)
      .max(2 ** 16),
    with: z.enum(['zero', 'reflect']),
  }),
  misfit(parameters, shape) {
    const misfit = withoutRows('adds rows at both ends', shape);
    if (misfit !== undefined || parameters.with === 'zero' || shape[0] > parameters.count) return misfit;
    return `mirrors ${counted(parameters.count, 'row')} at both ends, and a sample has ${shape[0]}: it takes one more`;
  },
  apply({ count, with: filling }, shape) {
    const { count: rows, width } = rowsOf(shape);
    const [start, length] = [count * width, rows * width];
    return (values) => {
      values.copyWithin(start, 0, length);
      if (filling === 'zero') {
        values.fill(0, 0, start);
        values.fill(0, start + length, start + length + start);
        return;
      }
      for (let row = 1; row <= count; row++) {
        for (let i = 0; i < width; i++) {
          values[start - row * width + i] = values[start + row * width + i];
          values[start + length + (row - 1) * width + i] = values[start + length - (row + 1) * width + i];
        }
      }
    };
  },
};
