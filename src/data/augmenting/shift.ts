import * as z from 'zod';
import { type Augmentation, stepsOf, wholeWithin } from './augmentation.ts';

const options = z.strictObject({
  type: z.literal('shift').describe('Earlier or later; the first or last row fills what is left open.'),
  most: z.number().gt(0).max(0.5).default(0.1).describe('The farthest, as a share of the window.'),
});

export const shift: Augmentation<typeof options> = {
  summary: 'earlier or later',
  options,
  prepare({ type, most }, { shape }) {
    const { steps, width } = stepsOf(type, shape);
    const farthest = Math.floor(steps * most);
    return (x, _, random) => {
      const by = wholeWithin(random, farthest);
      if (by > 0) {
        x.copyWithin(by * width, 0, (steps - by) * width);
        for (let row = 1; row < by; row++) x.copyWithin(row * width, 0, width);
      } else if (by < 0) {
        x.copyWithin(0, -by * width);
        const last = (steps - 1) * width;
        for (let row = steps + by; row < steps; row++) x.copyWithin(row * width, last, last + width);
      }
    };
  },
};
