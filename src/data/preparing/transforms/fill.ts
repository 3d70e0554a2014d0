import * as z from 'zod';
import { rowsOf } from '../../../core/samples/preparation.ts';
import { channelMisfit, float32 } from './channel-values.ts';
import type { RowRule } from './transform.ts';

export const fill: RowRule<'fill'> = {
  parameters: z.strictObject({ value: z.array(float32) }),
  misfit: ({ value }, shape) => channelMisfit(shape, value),
  rows({ value }, shape) {
    const { width } = rowsOf(shape);
    const channels = value.length;
    return {
      compute(from, at, into, to) {
        for (let i = 0, channel = 0; i < width; i++) {
          into[to + i] = Number.isNaN(from[at + i]) ? value[channel] : from[at + i];
          if (++channel === channels) channel = 0;
        }
      },
    };
  },
};
