import * as z from 'zod';
import { affineOf, channelsOption, concernedChannels } from './affine-channels.ts';
import { affineBetween, intervalOption } from './interval.ts';
import { type PreparingStep, settled } from './step.ts';

const options = z.strictObject({
  step: z.literal('scale').describe('A fixed interval to another: bytes of pictures to 0 … 1.'),
  from: intervalOption.default([0, 255]).describe('What the values may be.'),
  to: intervalOption.default([0, 1]).describe('What they become.'),
  channels: channelsOption,
});

export const scale: PreparingStep<typeof options, 'affine'> = {
  summary: 'a fixed interval to another',
  options,
  becomes: 'affine',
  fit({ step, from, to, channels }, shape) {
    return settled(affineOf(concernedChannels(step, channels, shape), () => affineBetween(from, to)));
  },
};
