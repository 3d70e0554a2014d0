/** From one interval to another. */

import * as z from 'zod';
import type { ChannelAffine } from './affine-channels.ts';

export type Interval = readonly [number, number];

export const intervalOption = z
  .tuple([z.number(), z.number()])
  .refine(([low, high]) => low < high, { error: 'the first number must be below the second' });

/** (x − offset) · scale that takes the ends of `from` to those of `to`. Of an interval without length: its end becomes `to[0]`. */
export function affineBetween(from: Interval, to: Interval): ChannelAffine {
  const length = from[1] - from[0];
  const scale = length > 0 ? (to[1] - to[0]) / length : 1;
  return { offset: from[0] - to[0] / scale, scale };
}
