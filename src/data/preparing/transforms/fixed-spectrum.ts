import * as z from 'zod';
import { LEVELS, MAX_CHANNELS, MOST_FIXED_SIZE } from '../../../core/samples/fixed-spectrum.ts';
import { fixedSpectrumMisfit, fixedSpectrumTables } from '../../../core/samples/fixed-spectrum-tables.ts';
import { fixedSpectrumFrames } from '../../../kernels/features/fixed_spectrum.ts';
import { int16Samples } from '../../../kernels/features/int16_samples.ts';
import { float32 } from './channel-values.ts';
import type { RowRule } from './transform.ts';

/** What a logarithm of a channel, an integer from 0 on, becomes: all of it exact but one product. */
function featureOf(logarithm: number, levels: number | undefined): number {
  if (levels === undefined) return logarithm / 64;
  const level = Math.floor((logarithm * LEVELS.MULTIPLIER + LEVELS.HALF) / LEVELS.DIVISOR);
  return Math.min(level, LEVELS.MOST) * levels;
}

const part = z
  .int()
  .min(0)
  .max(2 ** 14);

export const fixedSpectrum: RowRule<'fixed-spectrum'> = {
  parameters: z
    .strictObject({
      window: z.int().min(8).max(MOST_FIXED_SIZE),
      hop: z.int().positive(),
      rate: float32.min(1).max(1e6),
      channels: z.int().min(1).max(MAX_CHANNELS),
      low: float32.min(0),
      high: float32.positive(),
      noise: z.strictObject({ smoothing: part, oddSmoothing: part, remaining: part }).optional(),
      gain: z
        .strictObject({ strength: float32.min(0).max(2), offset: float32.positive().max(1e6) })
        .optional(),
      levels: float32.positive().optional(),
    })
    .refine(({ low, high, rate }) => low < high && high <= rate / 2, {
      error: 'low must be below high, and high at most half the rate',
    })
    .refine(({ noise, gain }) => gain === undefined || noise !== undefined, {
      error: 'gain wants noise, by which it is ruled',
    }),
  misfit: fixedSpectrumMisfit,
  rows(parameters) {
    const { window, channels, noise, levels } = parameters;
    const frames = fixedSpectrumFrames(fixedSpectrumTables(parameters), noise);
    const samples = new Int16Array(window);
    const logarithms = new Int16Array(channels);
    return {
      reset: () => frames.reset(),
      compute(from, at, into, to) {
        const missing = int16Samples(from, at, samples);
        frames.compute(samples, logarithms);
        for (let i = 0; i < channels; i++)
          into[to + i] = missing ? Number.NaN : featureOf(logarithms[i], levels);
      },
    };
  },
};
