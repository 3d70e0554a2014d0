import * as z from 'zod';
import { type Augmentation, pictureOf, wholeWithin } from './augmentation.ts';

const options = z.strictObject({
  type: z
    .literal('crop')
    .describe('The picture moved in any direction; its edges go on where it is left open.'),
  most: z.number().gt(0).max(0.5).default(0.1).describe('The farthest, as a share of height and width.'),
});

export const crop: Augmentation<typeof options> = {
  summary: 'pictures moved in any direction',
  options,
  prepare({ type, most }, { shape }) {
    const { height, width, channels } = pictureOf(type, shape);
    const [down, across] = [Math.floor(height * most), Math.floor(width * most)];
    const before = new Float32Array(height * width * channels);
    return (x, _, random) => {
      const [dy, dx] = [wholeWithin(random, down), wholeWithin(random, across)];
      before.set(x);
      for (let row = 0, to = 0; row < height; row++) {
        const fromRow = Math.min(height - 1, Math.max(0, row + dy)) * width;
        for (let column = 0; column < width; column++) {
          const from = (fromRow + Math.min(width - 1, Math.max(0, column + dx))) * channels;
          for (let channel = 0; channel < channels; channel++) x[to++] = before[from + channel];
        }
      }
    };
  },
};
