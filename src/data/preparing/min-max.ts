import * as z from 'zod';
import { affineOf, channelsOption, concernedChannels } from './affine-channels.ts';
import { channelExtremes } from './channel-extremes.ts';
import { mapFitting } from './channel-moments.ts';
import { affineBetween, intervalOption } from './interval.ts';
import type { PreparingStep } from './step.ts';

const options = z.strictObject({
  step: z
    .literal('min-max')
    .describe(
      'The least value of every column in the training split becomes one end, the largest the other.',
    ),
  to: intervalOption.default([0, 1]).describe('What they become.'),
  channels: channelsOption,
});

export const minMax: PreparingStep<typeof options, 'affine'> = {
  summary: 'least and largest value to fixed ends',
  options,
  becomes: 'affine',
  fit({ step, to, channels }, shape) {
    const concerned = concernedChannels(step, channels, shape);
    return mapFitting(channelExtremes(concerned.length), ({ low, high }) =>
      affineOf(concerned, (channel) => affineBetween([low[channel], high[channel]], to)),
    );
  },
};
