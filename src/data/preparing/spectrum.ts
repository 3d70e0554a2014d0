import * as z from 'zod';
import { usageError } from '../../core/errors.ts';
import {
  BAND_WEIGHTS,
  MAX_BANDS,
  MAX_WINDOW,
  type SpectrumForm,
  spectrumMisfit,
  spectrumSize,
  TAPERS,
} from '../../core/samples/spectrum.ts';
import { MEL_HZ, MEL_SCALES, melEdges } from './mel.ts';
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
    // Without defaults: what projects say, and what is made of it, stays as it is.
    points: z
      .int()
      .min(8)
      .max(MAX_WINDOW)
      .refine((points) => (points & (points - 1)) === 0, { error: 'must be a power of two' })
      .optional()
      .describe('Of the Fourier transform. Default: the least power of two that holds a window.'),
    taper: z.enum(TAPERS).optional().describe('How windows fade in and out. Default: hann.'),
    symmetric: z
      .boolean()
      .optional()
      .describe('The taper ends as it begins. Default: it is periodic, one reading longer.'),
    of: z.enum(['power', 'magnitude']).optional().describe('What is summed up in bands. Default: power.'),
    mel: z
      .enum(MEL_SCALES)
      .optional()
      .describe("The scale of bands: one logarithm, or Slaney's, straight below 1000 Hz. Default: htk."),
    weights: z
      .enum(BAND_WEIGHTS)
      .optional()
      .describe(
        'Bands weigh noise alike; or are triangles of height 1, or of area 1 over Hz. Default: even.',
      ),
    slopes: z
      .enum(['hz', 'mel'])
      .optional()
      .describe('Whether triangles are straight over Hz or over mel. Default: hz.'),
    edges: z
      .enum(['exact', 'whole'])
      .optional()
      .describe('Whether bands begin and end at frequencies of the transform alone. Default: exact.'),
    perPoint: z.boolean().optional().describe('Divides by the points of the transform. Default: false.'),
    total: z
      .boolean()
      .optional()
      .describe('In front of the bands the sum of all frequencies. Default: false.'),
    logarithm: z
      .boolean()
      .optional()
      .describe('False: sums as they are, for a step "logarithm" behind. Default: true.'),
  })
  .refine(({ low, high, rate }) => low < (high ?? rate / 2) && (high ?? 0) <= rate / 2, {
    error: '"low" must be below "high", and "high" at most half the "rate"',
  })
  .refine(({ slopes, mel }) => slopes !== 'mel' || mel !== 'slaney', {
    error: '"slopes" over mel know the scale "htk" alone',
  })
  .refine(({ weights, perPoint, total }) => (weights ?? 'even') !== 'even' || !(perPoint || total), {
    error: '"perPoint" and "total" want "weights" that are "peak" or "area"',
  });

type Options = z.output<typeof options>;

/** Undefined where nothing is asked for that a spectrum does not do by itself. */
function formOf(asked: Options): SpectrumForm | undefined {
  const { points, taper, symmetric, of, weights, slopes, perPoint, total, logarithm, rate, window } = asked;
  const said = [points, taper, symmetric, of, weights, slopes, perPoint, total, logarithm];
  if (said.every((value) => value === undefined)) return undefined;
  const size = points ?? spectrumSize(window);
  // Of triangles in Hz, which are measured in steps of rate / points.
  const area = weights === 'area' ? size / rate : 1;
  return {
    points: size,
    taper: taper ?? 'hann',
    symmetric: symmetric ?? false,
    magnitude: of === 'magnitude',
    weights: weights ?? 'even',
    scale: Math.fround(perPoint ? area / size : area),
    ...(slopes === 'mel' ? { bend: Math.fround((MEL_HZ * size) / rate) } : {}),
    total: total ?? false,
    logarithm: logarithm ?? true,
  };
}

/** Where bands begin, peak and end, in steps of rate / points. */
function edgesOf(
  { rate, bands, low, high = rate / 2, mel, edges }: Options,
  size: number,
): readonly number[] {
  const hertz = melEdges(low, high, bands, mel ?? 'htk');
  if (edges === 'whole') {
    return hertz.map((hz, i) => Math.floor(((size + 1) * (i === bands + 1 ? hz - 1e-3 : hz)) / rate));
  }
  return hertz.map((hz) => Math.fround(Math.min(size / 2, Math.max(0, (hz * size) / rate))));
}

export const spectrum: PreparingStep<typeof options, 'spectrum'> = {
  summary: 'sound as the power of its frequencies',
  options,
  becomes: 'spectrum',
  fit(asked, shape) {
    const { window, hop, floor } = asked;
    const form = formOf(asked);
    const edges = edgesOf(asked, form?.points ?? spectrumSize(window));
    const parameters = {
      window,
      hop,
      edges,
      floor: Math.fround(floor),
      ...(form === undefined ? {} : { form }),
    };
    const misfit = spectrumMisfit(parameters, shape);
    if (misfit === undefined) return settled(parameters);
    throw usageError(
      'bad-step',
      `The preparing step "spectrum" ${misfit}.`,
      'Change its "window", "hop", "bands" or "points", or the samples.',
    );
  },
};
