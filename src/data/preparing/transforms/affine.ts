import * as z from 'zod';
import { rowsOf } from '../../../core/samples/preparation.ts';
import { channelMisfit, float32 } from './channel-values.ts';
import type { RowRule } from './transform.ts';

export const affine: RowRule<'affine'> = {
  parameters: z.strictObject({
    offset: z.array(float32),
    scale: z.array(float32.refine((scale) => scale !== 0, { error: 'must not be 0' })),
  }),
  misfit: ({ offset, scale }, shape) => channelMisfit(shape, offset, scale),
  rows({ offset, scale }, shape) {
    const { width } = rowsOf(shape);
    const channels = offset.length;
    return {
      compute(from, at, into, to) {
        for (let i = 0, channel = 0; i < width; i++) {
          into[to + i] = Math.fround(from[at + i] - offset[channel]) * scale[channel];
          if (++channel === channels) channel = 0;
        }
      },
    };
  },
};
