import * as z from 'zod';
import type { Random } from '../../core/random.ts';
import { elementCount } from '../../core/tensor.ts';
import type { Augmentation } from './augmentation.ts';

const options = z.strictObject({
  type: z
    .literal('mixup')
    .describe('Each sample and its target mixed with another of the training split (Zhang et al., 2018).'),
  alpha: z
    .number()
    .min(0.01)
    .max(1)
    .default(0.2)
    .describe(
      'The share is drawn from Beta(alpha, alpha): near 0 hardly anything is mixed, with 1 anything.',
    ),
});

/** Beta(alpha, alpha) for alpha up to 1, by Jöhnk's method. */
function beta(random: Random, alpha: number): number {
  for (;;) {
    const a = random.uniform() ** (1 / alpha);
    const b = random.uniform() ** (1 / alpha);
    if (a + b <= 1 && a + b > 0) return a / (a + b);
  }
}

export const mixup: Augmentation<typeof options> = {
  summary: 'mixed with another sample, targets too',
  options,
  prepare({ alpha }, { shape, targetLength }) {
    const otherX = new Float32Array(elementCount(shape));
    const otherY = new Float32Array(targetLength);
    return (x, y, random, partners) => {
      const drawn = beta(random, alpha);
      // The larger part is the sample's own: it is the one that the epoch is about.
      const share = Math.min(drawn, 1 - drawn);
      partners.read(random.below(partners.count), otherX, otherY);
      for (let i = 0; i < x.length; i++) x[i] += share * (otherX[i] - x[i]);
      for (let i = 0; i < y.length; i++) y[i] += share * (otherY[i] - y[i]);
    };
  },
};
