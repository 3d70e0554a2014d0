/** What the resizing operators share: images [batch, height, width, channels] of another height and width. */

import { z } from 'zod';
import { unsupportedError } from '../../core/errors.ts';
import type { Shape } from '../../core/tensor.ts';
import { requireRank } from '../movement/movement.ts';

const dimension = z.int().positive();

export const resizeAttributes = z.strictObject({
  /** Height and width. */
  size: z.tuple([dimension, dimension]).readonly(),
  alignCorners: z.boolean(),
  halfPixelCenters: z.boolean(),
});
export type Resize = z.infer<typeof resizeAttributes>;

/** Positions are counted in 2^−10 of a pixel, in int32. */
const MAX_PIXELS = 2 ** 20;

export function inferResized({ size: [height, width] }: Resize, [input]: readonly [Shape]): readonly Shape[] {
  requireRank(input, 4, 4);
  if (Math.max(height, width, input[1], input[2]) > MAX_PIXELS) {
    throw unsupportedError('image-size', `has an edge of more than ${MAX_PIXELS} pixels`);
  }
  return [[input[0], height, width, input[3]]];
}
