import * as z from 'zod';
import { type Augmentation, stepsOf } from './augmentation.ts';

const options = z.strictObject({
  type: z
    .literal('cutout')
    .describe(
      'A stretch of time, or of pictures a rectangle, becomes 0, which is the mean of what is standardized.',
    ),
  most: z.number().gt(0).max(0.5).default(0.25).describe('Its longest side, as a share of the axis.'),
});

export const cutout: Augmentation<typeof options> = {
  summary: 'a piece of the sample becomes 0',
  options,
  prepare({ type, most }, { shape }) {
    const { steps, width: rowLength } = stepsOf(type, shape);
    const [width, channels] = shape.length === 3 ? [shape[1], shape[2]] : [1, rowLength];
    return (x, _, random) => {
      const rows = random.below(Math.floor(steps * most) + 1);
      const columns = shape.length === 3 ? random.below(Math.floor(width * most) + 1) : 1;
      const top = random.below(steps - rows + 1);
      const left = random.below(width - columns + 1);
      for (let row = top; row < top + rows; row++) {
        const start = row * rowLength + left * channels;
        x.fill(0, start, start + columns * channels);
      }
    };
  },
};
