import * as z from 'zod';
import { rowsOf } from '../../../core/samples/preparation.ts';
import { channelMisfit, float32 } from './channel-values.ts';
import type { RowRule } from './transform.ts';

export const clip: RowRule<'clip'> = {
  parameters: z
    .strictObject({ low: z.array(float32), high: z.array(float32) })
    .refine(({ low, high }) => low.every((limit, channel) => !(limit > high[channel])), {
      error: 'no lower limit may be above the upper one',
    }),
  misfit: ({ low, high }, shape) => channelMisfit(shape, low, high),
  rows({ low, high }, shape) {
    const { width } = rowsOf(shape);
    const channels = low.length;
    return {
      compute(from, at, into, to) {
        for (let i = 0, channel = 0; i < width; i++) {
          const value = from[at + i];
          into[to + i] = value < low[channel] ? low[channel] : value > high[channel] ? high[channel] : value;
          if (++channel === channels) channel = 0;
        }
      },
    };
  },
};
