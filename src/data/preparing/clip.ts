import * as z from 'zod';
import type { Clip } from '../../core/samples/preparation.ts';
import { channelsOption, concernedChannels } from './affine-channels.ts';
import { type PreparingStep, settled } from './step.ts';

const LARGEST = 3.4028234663852886e38;

const limit = z.number().min(-LARGEST).max(LARGEST);

const options = z
  .strictObject({
    step: z.literal('clip').describe('What lies beyond a limit becomes the limit.'),
    low: limit.optional().describe('The lower limit; none by default.'),
    high: limit.optional().describe('The upper limit; none by default.'),
    channels: channelsOption,
  })
  .refine(({ low = -LARGEST, high = LARGEST }) => low < high && (low > -LARGEST || high < LARGEST), {
    error: 'needs a limit, and the lower one below the upper one',
  });

export const clip: PreparingStep<typeof options, 'clip'> = {
  summary: 'limits',
  options,
  becomes: 'clip',
  fit({ step, low = -LARGEST, high = LARGEST, channels }, shape) {
    const concerned = concernedChannels(step, channels, shape);
    const limits = (end: number, none: number): number[] =>
      concerned.map((is) => Math.fround(is ? end : none));
    return settled<Clip>({ low: limits(low, -LARGEST), high: limits(high, LARGEST) });
  },
};
