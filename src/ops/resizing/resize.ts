/** What the resizing operators share: images [batch, height, width, channels] of another height and width. */

import * as z from 'zod';
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

export function inferResized({ size: [height, width] }: Resize, [input]: readonly [Shape]): readonly Shape[] {
  requireRank(input, 4, 4);
  return [[input[0], height, width, input[3]]];
}
