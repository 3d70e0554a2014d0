import * as z from 'zod';
import { elementCount } from '../../core/tensor.ts';
import { type Augmentation, stepsOf } from './augmentation.ts';

const options = z.strictObject({
  type: z
    .literal('splice')
    .describe(
      'The end of one sample and the beginning of the next in one window, as a stream has them; the target is that of both, by their shares.',
    ),
  share: z.number().gt(0).max(1).default(0.5).describe('Of the samples: the others stay whole.'),
});

export const splice: Augmentation<typeof options> = {
  summary: 'the end of one sample, then another, as in a stream',
  options,
  prepare({ type, share }, { shape, targetLength }) {
    const { steps, width } = stepsOf(type, shape);
    const otherX = new Float32Array(elementCount(shape));
    const otherY = new Float32Array(targetLength);
    return (x, y, random, partners) => {
      if (random.uniform() >= share) return;
      partners.read(random.below(partners.count), otherX, otherY);
      const foreign = random.below(steps);
      const isBefore = random.uniform() < 0.5;
      const [kept, taken] = [(steps - foreign) * width, foreign * width];
      if (isBefore) {
        x.copyWithin(taken, 0, kept);
        x.set(otherX.subarray(kept), 0);
      } else {
        x.copyWithin(0, taken);
        x.set(otherX.subarray(0, taken), kept);
      }
      const weight = foreign / steps;
      for (let i = 0; i < y.length; i++) y[i] += weight * (otherY[i] - y[i]);
    };
  },
};
