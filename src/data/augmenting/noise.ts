import * as z from 'zod';
import type { Augmentation } from './augmentation.ts';

const options = z.strictObject({
  type: z.literal('noise').describe('Normal noise on every value.'),
  deviation: z
    .number()
    .positive()
    .max(1e6)
    .default(0.05)
    .describe('Its standard deviation, in units of prepared samples.'),
});

export const noise: Augmentation<typeof options> = {
  summary: 'normal noise on every value',
  options,
  prepare({ deviation }) {
    return (x, _, random) => {
      for (let i = 0; i < x.length; i++) x[i] += deviation * random.normal();
    };
  },
};
