/** What transforms that read along the first axis have against samples. */

import { formatShape, type Shape } from '../../../core/tensor.ts';

export function withoutRows(what: string, shape: Shape): string | undefined {
  return shape.length >= 2 ? undefined : `${what}, and a sample of shape ${formatShape(shape)} has no rows`;
}
