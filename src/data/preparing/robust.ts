import * as z from 'zod';
import { affineOf, channelsOption, concernedChannels } from './affine-channels.ts';
import { mapFitting } from './channel-moments.ts';
import { channelQuantiles } from './channel-quantiles.ts';
import type { PreparingStep } from './step.ts';

const options = z.strictObject({
  step: z
    .literal('robust')
    .describe(
      'Every column minus its median, divided by the distance between its quartiles, in the training split: outliers do not decide.',
    ),
  channels: channelsOption,
});

const FRACTIONS = [0, 0.25, 0.5, 0.75, 1] as const;

/** Where half of the values are equal, the whole range says how far the others lie. */
function spread([least, lower, , upper, largest]: readonly number[]): number {
  return upper > lower ? upper - lower : largest - least;
}

export const robust: PreparingStep<typeof options, 'affine'> = {
  summary: 'median 0 and quartiles 1 apart',
  options,
  becomes: 'affine',
  fit({ step, channels }, shape) {
    const concerned = concernedChannels(step, channels, shape);
    return mapFitting(channelQuantiles(concerned.length, FRACTIONS), (quantiles) =>
      affineOf(concerned, (channel) => ({
        offset: quantiles[channel][2],
        scale: 1 / spread(quantiles[channel]),
      })),
    );
  },
};
