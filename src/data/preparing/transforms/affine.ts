import * as z from 'zod';
import { elementCount } from '../../../core/tensor.ts';
import { channelMisfit, float32 } from './channel-values.ts';
import type { TransformRule } from './transform.ts';

export const affine: TransformRule<'affine'> = {
  parameters: z.strictObject({
    offset: z.array(float32),
    scale: z.array(float32.refine((scale) => scale !== 0, { error: 'must not be 0' })),
  }),
  misfit: ({ offset, scale }, shape) => channelMisfit(shape, offset, scale),
  apply({ offset, scale }, shape) {
    const length = elementCount(shape);
    const channels = offset.length;
    return (values) => {
      for (let i = 0, channel = 0; i < length; i++) {
        values[i] = Math.fround(values[i] - offset[channel]) * scale[channel];
        if (++channel === channels) channel = 0;
      }
    };
  },
};
