import * as z from 'zod';
import {
  BAND_WEIGHTS,
  bandCount,
  MAX_BANDS,
  MAX_WINDOW,
  type SpectrumTables,
  spectrumMisfit,
  spectrumPoints,
  spectrumTables,
  TAPERS,
} from '../../../core/samples/spectrum.ts';
import {
  powerInPlace,
  reversedPlaces,
  transformInPlace,
} from '../../../kernels/features/real_fft_float32.ts';
import { float32 } from './channel-values.ts';
import { LEAST_FLOOR, naturalLogarithm } from './natural-logarithm.ts';
import type { RowRule } from './transform.ts';

const f = Math.fround;

interface FlatBands {
  readonly first: Uint32Array;
  /** Where the weights of each band begin, and where those of the last one end. */
  readonly starts: Uint32Array;
  readonly weights: Float32Array;
}

function flatBands({ bands }: SpectrumTables): FlatBands {
  const starts = new Uint32Array(bands.length + 1);
  for (const [band, { weights }] of bands.entries()) starts[band + 1] = starts[band] + weights.length;
  return {
    first: Uint32Array.from(bands, ({ first }) => first),
    starts,
    weights: Float32Array.from(bands.flatMap(({ weights }) => weights)),
  };
}

const form = z.strictObject({
  points: z
    .int()
    .min(8)
    .max(MAX_WINDOW)
    .refine((points) => (points & (points - 1)) === 0, { error: 'must be a power of two' }),
  taper: z.enum(TAPERS),
  symmetric: z.boolean(),
  magnitude: z.boolean(),
  weights: z.enum(BAND_WEIGHTS),
  scale: float32.positive(),
  bend: float32.positive().optional(),
  total: z.boolean(),
  logarithm: z.boolean(),
});

export const spectrum: RowRule<'spectrum'> = {
  parameters: z
    .strictObject({
      window: z.int().min(8).max(MAX_WINDOW),
      hop: z.int().positive(),
      edges: z
        .array(float32)
        .min(3)
        .max(MAX_BANDS + 2)
        .refine((edges) => edges.every((edge, i) => edge >= 0 && (i === 0 || edge > edges[i - 1])), {
          error: 'must ascend from 0 or more',
        }),
      floor: float32.refine((floor) => floor >= LEAST_FLOOR, {
        error: 'must be 2^-126 or more',
      }),
      form: form.optional(),
    })
    .refine((spectrum) => spectrum.edges[spectrum.edges.length - 1] <= spectrumPoints(spectrum) / 2, {
      error: 'no edge may be above half the points of the transform',
    }),
  misfit: spectrumMisfit,
  rows(parameters) {
    const { window: length, floor, form } = parameters;
    const size = spectrumPoints(parameters);
    const bands = bandCount(parameters);
    const tables = spectrumTables(parameters);
    const [window, sine] = [Float32Array.from(tables.window), Float32Array.from(tables.sine)];
    const { first, starts, weights } = flatBands(tables);
    const places = reversedPlaces(size / 2);
    const [re, im] = [new Float32Array(size / 2 + 1), new Float32Array(size / 2)];
    const takesLogarithm = form?.logarithm ?? true;
    const written = (sum: number): number =>
      Number.isNaN(sum) || !takesLogarithm ? sum : naturalLogarithm(sum > floor ? sum : floor);
    return {
      compute(from, at, into, to) {
        for (let i = 0; i < size; i += 2) {
          re[places[i >> 1]] = i < length ? from[at + i] * window[i] : 0;
          im[places[i >> 1]] = i + 1 < length ? from[at + i + 1] * window[i + 1] : 0;
        }
        transformInPlace(re, im, sine, size);
        powerInPlace(re, im, sine, size);
        if (form?.magnitude) for (let k = 0; k <= size / 2; k++) re[k] = Math.sqrt(re[k]);
        let place = to;
        if (form?.total) {
          let sum = 0;
          for (let k = 0; k <= size / 2; k++) sum = f(sum + re[k]);
          into[place++] = written(f(tables.total * sum));
        }
        for (let band = 0; band < bands; band++) {
          let sum = 0;
          for (let i = starts[band], k = first[band]; i < starts[band + 1]; i++, k++) {
            sum = f(sum + f(weights[i] * re[k]));
          }
          into[place++] = written(sum);
        }
      },
    };
  },
};
