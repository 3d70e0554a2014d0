import * as z from 'zod';
import { usageError } from '../../core/errors.ts';
import { MAX_BANDS, MAX_WINDOW, spectrumMisfit, spectrumSize } from '../../core/samples/spectrum.ts';
import { type PreparingStep, settled } from './step.ts';

const options = z
  .strictObject({
    step: z
      .literal('spectrum')
      .describe(
        'Sound [length, 1] becomes [frames, bands]: how much power each band of frequencies has, as a logarithm.',
      ),
    rate: z.number().min(1).max(1e6).describe('Readings in a second, as they reach this step.'),
    window: z
      .int()
      .min(8)
      .max(MAX_WINDOW)
      .describe('Readings of one spectrum, which fade in and out (Hann). A power of two costs the least.'),
    hop: z.int().min(1).describe('Readings from the beginning of one window to the next.'),
    bands: z.int().min(1).max(MAX_BANDS).default(20).describe('Bands, as wide as the ear hears them (mel).'),
    low: z.number().min(0).default(0).describe('Where the lowest band begins, in Hz.'),
    high: z
      .number()
      .positive()
      .optional()
      .describe('Where the highest band ends, in Hz. Default: half the rate.'),
    floor: z
      .number()
      .min(1e-30)
      .max(1e30)
      .default(1e-6)
      .describe('The least power that is told from silence: the variance of noise that is as quiet.'),
  })
  .refine(({ low, high, rate }) => low < (high ?? rate / 2) && (high ?? 0) <= rate / 2, {
    error: '"low" must be below "high", and "high" at most half the "rate"',
  });

/** O'Shaughnessy's scale: as far apart as pitches sound. */
const MEL_HZ = 700;
const toMel = (hz: number): number => Math.log(1 + hz / MEL_HZ);
const toHz = (mel: number): number => MEL_HZ * (Math.exp(mel) - 1);

/** The ends and peaks of bands, equally far apart on the mel scale, in Hz. */
function melEdges(low: number, high: number, bands: number): number[] {
  const [from, to] = [toMel(low), toMel(high)];
  return Array.from({ length: bands + 2 }, (_, i) => toHz(from + ((to - from) * i) / (bands + 1)));
}

export const spectrum: PreparingStep<typeof options, 'spectrum'> = {
  summary: 'sound as the power of its frequencies',
  options,
  becomes: 'spectrum',
  fit({ rate, window, hop, bands, low, high = rate / 2, floor }, shape) {
    const size = spectrumSize(window);
    const edges = melEdges(low, high, bands).map((hz) =>
      Math.fround(Math.min(size / 2, Math.max(0, (hz * size) / rate))),
    );
    const parameters = { window, hop, edges, floor: Math.fround(floor) };
    const misfit = spectrumMisfit(parameters, shape);
    if (misfit === undefined) return settled(parameters);
    throw usageError(
      'bad-step',
      `The preparing step "spectrum" ${misfit}.`,
      'Change its "window", "hop" or "bands", or the samples.',
    );
  },
};
