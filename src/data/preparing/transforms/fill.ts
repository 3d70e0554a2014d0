import * as z from 'zod';
import { elementCount } from '../../../core/tensor.ts';
import { channelMisfit, float32 } from './channel-values.ts';
import type { TransformRule } from './transform.ts';

export const fill: TransformRule<'fill'> = {
  parameters: z.strictObject({ value: z.array(float32) }),
  misfit: ({ value }, shape) => channelMisfit(shape, value),
  apply({ value }, shape) {
    const length = elementCount(shape);
    const channels = value.length;
    return (values) => {
      for (let i = 0, channel = 0; i < length; i++) {
        if (Number.isNaN(values[i])) values[i] = value[channel];
        if (++channel === channels) channel = 0;
      }
    };
  },
};
