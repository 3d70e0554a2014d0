import * as z from 'zod';
import type { Fill } from '../../core/samples/preparation.ts';
import { channelMoments, mapFitting } from './channel-moments.ts';
import { channelQuantiles } from './channel-quantiles.ts';
import { type Fitting, type PreparingStep, settled } from './step.ts';
import { channelCount } from './transforms/channel-values.ts';

const options = z.strictObject({
  step: z.literal('fill').describe('Something stands in for what is missing.'),
  with: z
    .union([z.enum(['median', 'mean']), z.number()])
    .default('median')
    .describe('Median or mean of the column in the training split, or a number.'),
});

/** A column in which everything is missing is 0. */
function fillOf(values: readonly number[]): Fill {
  return { value: values.map(Math.fround).map((value) => (Number.isFinite(value) ? value : 0)) };
}

export const fill: PreparingStep<typeof options, 'fill'> = {
  summary: 'something in place of what is missing',
  options,
  becomes: 'fill',
  fit({ with: by }, shape): Fitting<Fill> {
    const channels = channelCount(shape);
    if (by === 'mean') return mapFitting(channelMoments(channels), ({ means }) => fillOf(means));
    if (by === 'median') {
      return mapFitting(channelQuantiles(channels, [0.5]), (quantiles) => fillOf(quantiles.flat()));
    }
    return settled(fillOf(Array.from({ length: channels }, () => by)));
  },
};
