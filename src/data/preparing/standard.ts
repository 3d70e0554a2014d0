import * as z from 'zod';
import { affineOf, channelsOption, concernedChannels } from './affine-channels.ts';
import { channelMoments, mapFitting } from './channel-moments.ts';
import type { PreparingStep } from './step.ts';

const options = z.strictObject({
  step: z
    .literal('standard')
    .describe('Every column gets mean 0 and standard deviation 1 over the training split.'),
  channels: channelsOption,
});

export const standard: PreparingStep<typeof options, 'affine'> = {
  summary: 'mean 0 and standard deviation 1',
  options,
  becomes: 'affine',
  fit({ step, channels }, shape) {
    const concerned = concernedChannels(step, channels, shape);
    return mapFitting(channelMoments(concerned.length), ({ means, deviations }) =>
      affineOf(concerned, (channel) => ({ offset: means[channel], scale: 1 / deviations[channel] })),
    );
  },
};
