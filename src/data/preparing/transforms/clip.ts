import * as z from 'zod';
import { elementCount } from '../../../core/tensor.ts';
import { channelMisfit, float32 } from './channel-values.ts';
import type { TransformRule } from './transform.ts';

export const clip: TransformRule<'clip'> = {
  parameters: z
    .strictObject({ low: z.array(float32), high: z.array(float32) })
    .refine(({ low, high }) => low.every((limit, channel) => !(limit > high[channel])), {
      error: 'no lower limit may be above the upper one',
    }),
  misfit: ({ low, high }, shape) => channelMisfit(shape, low, high),
  apply({ low, high }, shape) {
    const length = elementCount(shape);
    const channels = low.length;
    return (values) => {
      for (let i = 0, channel = 0; i < length; i++) {
        if (values[i] < low[channel]) values[i] = low[channel];
        else if (values[i] > high[channel]) values[i] = high[channel];
        if (++channel === channels) channel = 0;
      }
    };
  },
};
