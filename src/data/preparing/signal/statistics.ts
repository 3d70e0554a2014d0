import * as z from 'zod';
import { MAX_WINDOW } from '../../../core/samples/spectrum.ts';
import {
  HOLDS,
  MEASURES,
  POWER_MEASURES,
  type Statistics,
  type WindowPower,
} from '../../../core/samples/statistics.ts';
import type { PreparingStep } from '../step.ts';
import { settledOn } from './bad-step.ts';

const power = z.strictObject({
  points: z
    .int()
    .min(8)
    .max(MAX_WINDOW)
    .refine((points) => (points & (points - 1)) === 0, { error: 'must be a power of two' })
    .default(16)
    .describe('Of the Fourier transform, which is taken of as many readings again and again.'),
  overlap: z.boolean().default(true).describe('Transforms begin at every half of one before, not behind it.'),
  of: z
    .enum(HOLDS)
    .default('maximum')
    .describe('What is kept of each frequency: the most of all transforms, or their mean.'),
  edges: z
    .array(z.number().nonnegative())
    .min(2)
    .refine((edges) => edges.every((edge, i) => i === 0 || edge > edges[i - 1]), { error: 'must ascend' })
    .optional()
    .describe('Where bands begin and end, in Hz. Default: every frequency above 0 is one.'),
  logarithm: z
    .boolean()
    .default(true)
    .describe('The power of bands as its logarithm of base 10, of what is 0 that of 1e-10.'),
  measures: z
    .array(z.enum(POWER_MEASURES))
    .default([])
    .describe('How the power is spread over the frequencies.'),
});

const options = z
  .strictObject({
    step: z
      .literal('statistics')
      .describe('Vibration or motion [length, channels] becomes a few numbers of each channel and window.'),
    rate: z
      .number()
      .min(1e-3)
      .max(1e6)
      .optional()
      .describe('Readings in a second, as they reach this step; "edges" want it.'),
    window: z
      .int()
      .min(2)
      .max(MAX_WINDOW)
      .optional()
      .describe('Rows of a window. Default: the whole sample.'),
    hop: z
      .int()
      .min(1)
      .optional()
      .describe('Rows from the beginning of one window to the next. Default: as many as a window has.'),
    measures: z
      .array(z.enum(MEASURES))
      .default(['rms', 'deviation', 'skewness', 'kurtosis', 'crest', 'peak-to-peak'])
      .describe('What is measured, in this order, channel by channel.'),
    power: power.optional().describe('And the power of its frequencies, without the mean of the window.'),
  })
  .refine(({ measures, power }) => measures.length > 0 || power !== undefined, {
    error: 'wants "measures" or "power"',
  })
  .refine(({ rate, power }) => power?.edges === undefined || rate !== undefined, {
    error: '"edges" are in Hz and want a "rate"',
  })
  .refine(({ rate = 0, power }) => (power?.edges?.at(-1) ?? 0) <= rate / 2, {
    error: '"edges" must end at half the "rate", or below',
  });

/** A frequency at the edge of two bands belongs to the upper one; half the rate, where nothing is above, to the last. */
function placesOf(hertz: readonly number[], rate: number, points: number): readonly number[] {
  return hertz.map((hz) => (hz === rate / 2 ? points / 2 + 1 : Math.ceil((hz * points) / rate)));
}

function powerOf(
  { points, overlap, of: hold, edges, logarithm, measures }: z.output<typeof power>,
  rate: number,
): WindowPower {
  return {
    points,
    hop: overlap ? points / 2 : points,
    hold,
    measures,
    edges:
      edges === undefined
        ? Array.from({ length: points / 2 + 1 }, (_, i) => i + 1)
        : placesOf(edges, rate, points),
    ...(logarithm ? { logarithm: { scale: Math.fround(Math.LOG10E), zero: Math.fround(1e-10) } } : {}),
  };
}

export const statistics: PreparingStep<typeof options, 'statistics'> = {
  summary: 'vibration and motion as a few numbers of each window',
  options,
  becomes: 'statistics',
  fit({ step, rate = 1, window: asked, hop, measures, power }, shape) {
    const window = asked ?? shape[0] ?? 1;
    const parameters: Statistics = {
      window,
      hop: hop ?? window,
      measures,
      ...(power === undefined ? {} : { power: powerOf(power, rate) }),
    };
    return settledOn(
      step,
      { step: 'statistics', parameters },
      shape,
      'Change its "window", "hop", "measures" or "power", or the samples.',
    );
  },
};
