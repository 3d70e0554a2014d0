import * as z from 'zod';
import { type Augmentation, pictureOf } from './augmentation.ts';

const options = z.strictObject({
  type: z.literal('flip').describe('Every second picture mirrored.'),
  axis: z
    .enum(['horizontal', 'vertical'])
    .default('horizontal')
    .describe('horizontal: left and right change places; vertical: top and bottom do.'),
});

/** Changes places of `length` values from `a` on with those from `b` on. */
function swap(x: Float32Array, a: number, b: number, length: number): void {
  for (let i = 0; i < length; i++) {
    const kept = x[a + i];
    x[a + i] = x[b + i];
    x[b + i] = kept;
  }
}

export const flip: Augmentation<typeof options> = {
  summary: 'mirrored pictures',
  options,
  prepare({ type, axis }, { shape }) {
    const { height, width, channels } = pictureOf(type, shape);
    const rowLength = width * channels;
    const mirror = (x: Float32Array): void => {
      for (let start = 0; start < x.length; start += rowLength) {
        for (let left = 0, right = width - 1; left < right; left++, right--) {
          swap(x, start + left * channels, start + right * channels, channels);
        }
      }
    };
    const turnOver = (x: Float32Array): void => {
      for (let top = 0, bottom = height - 1; top < bottom; top++, bottom--) {
        swap(x, top * rowLength, bottom * rowLength, rowLength);
      }
    };
    const change = axis === 'horizontal' ? mirror : turnOver;
    return (x, _, random) => {
      if (random.uniform() < 0.5) change(x);
    };
  },
};
