/** What a person can do about a shape that is not known. */

import type { Shape } from '../core/tensor.ts';

/** The size of an axis that is free; others that are no sizes are in no file that a converter made. */
const FREE = -1;

/** One sentence for a shape of which a size is missing. */
export function openShapeHint(shape: Shape): string {
  const [batch, ...sizes] = shape;
  if (batch === FREE && sizes.every((size) => size > 0)) return 'Fix the batch to 1 before converting.';
  return shape.every((size) => size > 0 || size === FREE)
    ? 'Give every axis one size when the model is built, and convert it again.'
    : 'The file is damaged, or has a tensor without elements; make it again.';
}
