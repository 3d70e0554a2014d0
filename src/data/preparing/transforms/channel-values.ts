/** Parameters with one number for every channel. */

import * as z from 'zod';
import { counted } from '../../../core/figure-text.ts';
import type { Shape } from '../../../core/tensor.ts';

/** A number that float32 holds exactly: what is printed is what is computed with. */
export const float32 = z
  .number()
  .refine((value) => Object.is(Math.fround(value), value), { error: 'must be a float32 number' });

/** The last axis; 1 for a sample that is a plain number. */
export function channelCount(shape: Shape): number {
  return shape.at(-1) ?? 1;
}

/** Why these are not one for every channel. */
export function channelMisfit(shape: Shape, ...values: readonly (readonly number[])[]): string | undefined {
  const channels = channelCount(shape);
  const wrong = values.find(({ length }) => length !== channels);
  return wrong === undefined
    ? undefined
    : `has numbers for ${counted(wrong.length, 'channel')}, and the samples have ${channels}`;
}
