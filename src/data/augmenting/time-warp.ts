import * as z from 'zod';
import { type Augmentation, between, stepsOf } from './augmentation.ts';

const options = z.strictObject({
  type: z.literal('time-warp').describe('Faster in one place and slower in another; both ends stay.'),
  most: z.number().gt(0).lt(1).default(0.2).describe('The largest change of speed, as a share of it.'),
});

export const timeWarp: Augmentation<typeof options> = {
  summary: 'faster here, slower there',
  options,
  prepare({ type, most }, { shape }) {
    const { steps, width } = stepsOf(type, shape);
    const last = steps - 1;
    const before = new Float32Array(steps * width);
    return (x, _, random) => {
      const strength = between(random, -most, most);
      const phase = between(random, 0, 2 * Math.PI);
      before.set(x);
      // The speed is 1 + strength · cos(2π·step/last + phase): above 0, and 1 on average.
      const reach = (strength * last) / (2 * Math.PI);
      for (let step = 1; step < last; step++) {
        const at = step + reach * (Math.sin((2 * Math.PI * step) / last + phase) - Math.sin(phase));
        const low = Math.min(last - 1, Math.max(0, Math.floor(at)));
        const part = at - low;
        for (let i = 0; i < width; i++) {
          const from = before[low * width + i];
          x[step * width + i] = from + part * (before[(low + 1) * width + i] - from);
        }
      }
    };
  },
};
