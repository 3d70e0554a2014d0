import * as z from 'zod';
import {
  bandCount,
  MAX_BANDS,
  MAX_WINDOW,
  type SpectrumTables,
  spectrumMisfit,
  spectrumSize,
  spectrumTables,
} from '../../../core/samples/spectrum.ts';
import { float32 } from './channel-values.ts';
import { LEAST_FLOOR, naturalLogarithm } from './natural-logarithm.ts';
import type { RowRule } from './transform.ts';

const f = Math.fround;

/** The places of `count` numbers, a power of two, with the digits of each reversed. */
function reversedPlaces(count: number): Uint16Array {
  const places = new Uint16Array(count);
  for (let i = 1; i < count; i++) places[i] = (places[i >> 1] >> 1) | (i & 1 ? count >> 1 : 0);
  return places;
}

/** Takes numbers in bit-reversed order to their Fourier transform. */
function transformInPlace(re: Float32Array, im: Float32Array, sine: Float32Array, size: number): void {
  const count = size / 2;
  for (let span = 1; span < count; span *= 2) {
    const step = count / span;
    for (let j = 0, turn = 0; j < span; j++, turn += step) {
      const [s, c] = [sine[turn], sine[turn + size / 4]];
      for (let a = j; a < count; a += 2 * span) {
        const b = a + span;
        const real = f(f(c * re[b]) + f(s * im[b]));
        const imaginary = f(f(c * im[b]) - f(s * re[b]));
        re[b] = re[a] - real;
        im[b] = im[a] - imaginary;
        re[a] += real;
        im[a] += imaginary;
      }
    }
  }
}

function power(re: number, im: number): number {
  return f(f(re * re) + f(im * im));
}

/** Four times the power of the real numbers whose pairs have that transform; in place of the real parts, one more. */
function powerInPlace(re: Float32Array, im: Float32Array, sine: Float32Array, size: number): void {
  const count = size / 2;
  const [sum, difference] = [f(re[0] + im[0]), f(re[0] - im[0])];
  re[0] = power(f(sum + sum), 0);
  re[count] = power(f(difference + difference), 0);
  for (let k = 1, m = count - 1; k <= m; k++, m--) {
    const [evenRe, evenIm] = [f(re[k] + re[m]), f(im[k] - im[m])];
    const [oddRe, oddIm] = [f(im[k] + im[m]), f(re[m] - re[k])];
    const [s, c] = [sine[k], sine[k + size / 4]];
    const real = f(f(c * oddRe) + f(s * oddIm));
    const imaginary = f(f(c * oddIm) - f(s * oddRe));
    re[k] = power(f(evenRe + real), f(evenIm + imaginary));
    re[m] = power(f(evenRe - real), f(evenIm - imaginary));
  }
}

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
    })
    .refine(({ window, edges }) => edges[edges.length - 1] <= spectrumSize(window) / 2, {
      error: 'no edge may be above half the points of the transform',
    }),
  misfit: spectrumMisfit,
  rows(parameters) {
    const { window: length, floor } = parameters;
    const size = spectrumSize(length);
    const bands = bandCount(parameters);
    const tables = spectrumTables(parameters);
    const [window, sine] = [Float32Array.from(tables.window), Float32Array.from(tables.sine)];
    const { first, starts, weights } = flatBands(tables);
    const places = reversedPlaces(size / 2);
    const [re, im] = [new Float32Array(size / 2 + 1), new Float32Array(size / 2)];
    return {
      compute(from, at, into, to) {
        for (let i = 0; i < size; i += 2) {
          re[places[i >> 1]] = i < length ? from[at + i] * window[i] : 0;
          im[places[i >> 1]] = i + 1 < length ? from[at + i + 1] * window[i + 1] : 0;
        }
        transformInPlace(re, im, sine, size);
        powerInPlace(re, im, sine, size);
        for (let band = 0; band < bands; band++) {
          let sum = 0;
          for (let i = starts[band], k = first[band]; i < starts[band + 1]; i++, k++) {
            sum = f(sum + f(weights[i] * re[k]));
          }
          into[to + band] = Number.isNaN(sum) ? sum : naturalLogarithm(sum > floor ? sum : floor);
        }
      },
    };
  },
};
