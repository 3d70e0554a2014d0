import * as z from 'zod';
import { usageError } from '../../core/errors.ts';
import { FIXED_POINT, MAX_CHANNELS, MOST_FIXED_SIZE } from '../../core/samples/fixed-spectrum.ts';
import { fixedSpectrumMisfit } from '../../core/samples/fixed-spectrum-tables.ts';
import { type PreparingStep, settled } from './step.ts';

const share = z.number().min(0).max(1);

const noise = z.strictObject({
  smoothing: share
    .default(0.025)
    .describe('How much of a frame the estimate takes: first, third, … channel.'),
  oddSmoothing: share.default(0.06).describe('The same in the other channels.'),
  remaining: share.default(0.05).describe('How much of a signal stays at least.'),
});

const gain = z.strictObject({
  strength: z.number().min(0).max(2).default(0.95).describe('0: loud stays loud; 1: all is as loud.'),
  offset: z.number().positive().max(1e6).default(80).describe('Noise below this is hardly made louder.'),
});

/** The part of the rate up to which TensorFlow Lite Micro listens: 7500 Hz of 16 kHz. */
const HIGHEST = 15 / 32;

const options = z
  .strictObject({
    step: z
      .literal('fixed-spectrum')
      .describe(
        'Sound [length, 1] from -1 up to 1 becomes [frames, channels] in integers: the audio front end of TensorFlow Lite Micro, with the same bits on every machine.',
      ),
    rate: z.number().min(1).max(1e6).describe('Readings in a second, as they reach this step.'),
    window: z
      .int()
      .min(8)
      .max(MOST_FIXED_SIZE)
      .describe(
        'Readings of one spectrum, which fade in and out (Hann). Just below a power of two costs the least.',
      ),
    hop: z.int().min(1).describe('Readings from the beginning of one window to the next.'),
    channels: z.int().min(1).max(MAX_CHANNELS).default(40).describe('As wide as the ear hears them (mel).'),
    low: z.number().min(0).default(125).describe('Where the lowest channel begins, in Hz.'),
    high: z
      .number()
      .positive()
      .optional()
      .describe('Where the highest channel ends, in Hz. Default: 15/32 of the rate.'),
    noise: z
      .union([z.boolean(), noise])
      .default(true)
      .describe(
        'Whether what is steady is taken away (spectral subtraction), and how. It takes about 40 windows to know the noise: short recordings apart do better without.',
      ),
    gain: z
      .union([z.boolean(), gain])
      .optional()
      .describe(
        'Whether what is left is made as loud in all channels (PCAN), and how. Default: as "noise", which it needs.',
      ),
    levels: z
      .number()
      .positive()
      .optional()
      .describe(
        'Gives 256 levels, multiples of this, as keyword models of TensorFlow take them: the scale of the input. Without it: natural logarithms.',
      ),
  })
  .refine(({ low, high, rate }) => low < (high ?? rate * HIGHEST) && (high ?? 0) <= rate / 2, {
    error: '"low" must be below "high", and "high" at most half the "rate"',
  })
  .refine(({ noise, gain }) => noise !== false || gain === undefined || gain === false, {
    error: '"gain" is ruled by what "noise" finds: it needs that',
  });

function noiseOf(asked: boolean | z.output<typeof noise>) {
  if (asked === false) return undefined;
  const { smoothing, oddSmoothing, remaining } = asked === true ? noise.parse({}) : asked;
  const part = (value: number): number => Math.trunc(value * 2 ** FIXED_POINT.NOISE_BITS);
  return { smoothing: part(smoothing), oddSmoothing: part(oddSmoothing), remaining: part(remaining) };
}

function gainOf(asked: boolean | z.output<typeof gain>) {
  if (asked === false) return undefined;
  const { strength, offset } = asked === true ? gain.parse({}) : asked;
  return { strength: Math.fround(strength), offset: Math.fround(offset) };
}

export const fixedSpectrum: PreparingStep<typeof options, 'fixed-spectrum'> = {
  summary: 'sound as the power of its frequencies, in integers, as TensorFlow Lite Micro has it',
  options,
  becomes: 'fixed-spectrum',
  fit({ rate, window, hop, channels, low, high = rate * HIGHEST, noise, gain, levels }, shape) {
    const noiseReduction = noiseOf(noise);
    const gainControl = gainOf(gain ?? noise !== false);
    const parameters = {
      window,
      hop,
      rate: Math.fround(rate),
      channels,
      low: Math.fround(low),
      high: Math.fround(high),
      ...(noiseReduction === undefined ? {} : { noise: noiseReduction }),
      ...(gainControl === undefined ? {} : { gain: gainControl }),
      ...(levels === undefined ? {} : { levels: Math.fround(levels) }),
    };
    const misfit = fixedSpectrumMisfit(parameters, shape);
    if (misfit === undefined) return settled(parameters);
    throw usageError(
      'bad-step',
      `The preparing step "fixed-spectrum" ${misfit}.`,
      'Change its "window", "hop", "channels", "low" or "high", or the samples.',
    );
  },
};
