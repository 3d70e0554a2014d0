import * as z from 'zod';
import { type Augmentation, between } from './augmentation.ts';

const options = z.strictObject({
  type: z.literal('gain').describe('Every sample louder or quieter.'),
  most: z
    .number()
    .gt(1)
    .max(100)
    .default(1.2)
    .describe('The largest factor; the least is 1 divided by it, and both sides are equally likely.'),
});

export const gain: Augmentation<typeof options> = {
  summary: 'louder or quieter',
  options,
  prepare({ most }) {
    const end = Math.log(most);
    return (x, _, random) => {
      const factor = Math.exp(between(random, -end, end));
      for (let i = 0; i < x.length; i++) x[i] *= factor;
    };
  },
};
