/** What a spectrum of sound is computed with: the same numbers here and on the chip. Tables are doubles, rounded once. */

import { counted } from '../figure-text.ts';
import { formatShape, type Shape } from '../tensor.ts';
import { logarithmOfOneAnd } from './series.ts';

/**
 * Samples [length, 1] become [frames, bands]: natural logarithms of the power in bands of frequencies. Frame f reads the
 * `window` values from f · `hop` on, and only whole windows are read. All is float32, every step rounded, in this order:
 *
 * 1. value · Hann window; zeros follow up to `spectrumSize`.
 * 2. Pairs of values are complex numbers, whose Fourier transform is taken in bit-reversed order: butterflies of span 1, 2, 4, …
 *    a ± (c·re + s·im, c·im − s·re) of b.
 * 3. Of each pair of places k and size/2 − k twice the real transform, and its power re² + im².
 * 4. Each band: the sum of weight · power from its lowest frequency on, at least `floor`; its logarithm. No number stays none.
 *
 * Weights make white noise of variance v come to ln v in every band, whatever the window. A `form` says what is otherwise.
 */
export interface Spectrum {
  /** Values of a window, and how far apart windows begin. */
  readonly window: number;
  readonly hop: number;
  /**
   * Where bands begin, peak and end, in steps of rate / `spectrumSize`: band b rises from edge b to b + 1, and falls to b + 2.
   */
  readonly edges: readonly number[];
  readonly floor: number;
  readonly form?: SpectrumForm | undefined;
}

export const TAPERS = ['hann', 'hamming', 'rectangular'] as const;
export const BAND_WEIGHTS = ['even', 'peak', 'area'] as const;

/** How spectra of other conventions differ. */
export interface SpectrumForm {
  /** Of the transform: a power of two that holds a window. */
  readonly points: number;
  readonly taper: (typeof TAPERS)[number];
  /** The taper ends as it begins, instead of beginning anew one value later. */
  readonly symmetric: boolean;
  /** √(re² + im²) of every frequency, instead of its power. */
  readonly magnitude: boolean;
  /**
   * `even`: as above (of magnitudes: white noise of deviation 1 comes to about 1). `peak`: triangles of height `scale`; `area`: of
   * that height times 2 / (end − begin).
   */
  readonly weights: (typeof BAND_WEIGHTS)[number];
  readonly scale: number;
  /** Triangles are straight over ln(1 + frequency / bend), not over frequencies. */
  readonly bend?: number | undefined;
  /** In front of the bands `scale` times the sum of all frequencies. */
  readonly total: boolean;
  /** False: sums as they are; `floor` is not asked. */
  readonly logarithm: boolean;
}

export const MAX_WINDOW = 2 ** 14;
export const MAX_BANDS = 256;
/** Points of all transforms of one sample: a fraction of a second of work, a minute of sound. */
const MAX_POINTS = 2 ** 22;

/** Points of the Fourier transform: the least power of two that holds a window. */
export function spectrumSize(window: number): number {
  let size = 4;
  while (size < window) size *= 2;
  return size;
}

export function spectrumPoints({ window, form }: Spectrum): number {
  return form?.points ?? spectrumSize(window);
}

export function bandCount({ edges }: Spectrum): number {
  return edges.length - 2;
}

/** Values of a frame. */
function spectrumWidth(spectrum: Spectrum): number {
  return bandCount(spectrum) + (spectrum.form?.total ? 1 : 0);
}

/** Of a sample that has `shape`, which `spectrumMisfit` has nothing against. */
export function spectrumShape(spectrum: Spectrum, [length]: Shape): readonly [number, number] {
  return [Math.floor((length - spectrum.window) / spectrum.hop) + 1, spectrumWidth(spectrum)];
}

const SERIES_TERMS = 12;

/** x^first / first! − x^(first + 2) / (first + 2)! + …, for x up to π / 4. */
function alternatingSeries(x: number, first: 0 | 1): number {
  let term = first === 0 ? 1 : x;
  let sum = 0;
  for (let power = first; power < 2 * SERIES_TERMS; power += 2) {
    sum += term;
    term *= -(x * x) / ((power + 1) * (power + 2));
  }
  return sum;
}

/**
 * sin(2π · k / n) for 0 ≤ k ≤ n. Of sums, products and quotients alone, which every machine rounds alike; `Math.sin` promises
 * nothing.
 */
export function sineOfTurn(k: number, n: number): number {
  if (2 * k > n) return -sineOfTurn(n - k, n);
  const quarter = 4 * k > n ? n / 2 - k : k;
  return 8 * quarter > n
    ? alternatingSeries((2 * Math.PI * (n / 4 - quarter)) / n, 0)
    : alternatingSeries((2 * Math.PI * quarter) / n, 1);
}

/** sin(2π · k / points) for three quarters of a turn: what a transform of that many points is computed with. */
export function transformSines(points: number): readonly number[] {
  return Array.from({ length: (3 * points) / 4 }, (_, k) => Math.fround(sineOfTurn(k, points)));
}

/** The weights of one band, for the frequencies from `first` on. */
export interface SpectrumBand {
  readonly first: number;
  readonly weights: readonly number[];
}

export interface SpectrumTables {
  /** The taper. */
  readonly window: readonly number[];
  /** sin(2π · k / size) for three quarters of a turn; a quarter further on is the cosine. */
  readonly sine: readonly number[];
  readonly bands: readonly SpectrumBand[];
  /** What the sum of all frequencies is multiplied by, where it is asked for. */
  readonly total: number;
}

/** Frequencies strictly between two edges, the lowest first. */
function frequenciesBetween(low: number, high: number): number[] {
  const first = Math.floor(low) + 1;
  return Array.from({ length: Math.max(0, Math.ceil(high) - first) }, (_, i) => first + i);
}

function triangles({ edges, form }: Spectrum): readonly SpectrumBand[] {
  const bend = form?.bend;
  const at = bend === undefined ? (k: number) => k : (k: number) => logarithmOfOneAnd(k / bend);
  return edges.slice(2).map((end, band) => {
    const frequencies = frequenciesBetween(edges[band], end);
    const [low, peak, high] = [at(edges[band]), at(edges[band + 1]), at(end)];
    const weights = frequencies
      .map(at)
      .map((place) => Math.min((place - low) / (peak - low), (high - place) / (high - peak)));
    return { first: frequencies[0] ?? 0, weights };
  });
}

/** Of a window of that length. Hamming's is 0.54 − 0.46 · cos. */
function taperOf(length: number, form: SpectrumForm | undefined): readonly number[] {
  const turn = form?.symmetric ? length - 1 : length;
  const sines = Array.from({ length }, (_, i) => sineOfTurn(i, 2 * turn) ** 2);
  if (form?.taper === 'rectangular') return sines.map(() => 1);
  return form?.taper === 'hamming' ? sines.map((value) => 0.08 + 0.92 * value) : sines;
}

/** What the weights of band `band` are multiplied by; `even` is that of even weights that sum to 1. */
function bandScale(
  edges: readonly number[],
  form: SpectrumForm,
  band: number,
  { weights, even }: { readonly weights: readonly number[]; readonly even: number },
): number {
  if (form.weights === 'even') return 1 / (even * weights.reduce((sum, weight) => sum + weight, 0));
  const scale = form.scale / (form.magnitude ? 2 : 4);
  return form.weights === 'peak' ? scale : (2 * scale) / (edges[band + 2] - edges[band]);
}

export function spectrumTables(spectrum: Spectrum): SpectrumTables {
  const { form } = spectrum;
  const size = spectrumPoints(spectrum);
  const window = taperOf(spectrum.window, form);
  // Step 3 doubles the transform, so that power is four times as large.
  const energy = 4 * window.reduce((sum, value) => sum + value * value, 0);
  const even = form?.magnitude ? Math.sqrt(energy) : energy;
  return {
    window: window.map(Math.fround),
    sine: transformSines(size),
    bands: triangles(spectrum).map(({ first, weights }, band) => {
      if (form === undefined) {
        const total = energy * weights.reduce((sum, weight) => sum + weight, 0);
        return { first, weights: weights.map((weight) => Math.fround(weight / total)) };
      }
      const scale = bandScale(spectrum.edges, form, band, { weights, even });
      return { first, weights: weights.map((weight) => Math.fround(weight * scale)) };
    }),
    total: Math.fround((form?.scale ?? 1) / (form?.magnitude ? 2 : 4)),
  };
}

/** Why no spectrum can be taken of samples of this shape, as the end of a sentence; undefined where it can. */
export function spectrumMisfit(spectrum: Spectrum, shape: Shape): string | undefined {
  const { window, hop } = spectrum;
  if (shape.length !== 2 || shape[1] !== 1) {
    return `takes samples of shape [length, 1], and these have ${formatShape(shape)}`;
  }
  if (shape[0] < window) return `reads windows of ${counted(window, 'value')}, and a sample has ${shape[0]}`;
  if (spectrumPoints(spectrum) < window) {
    return `takes transforms of ${counted(spectrumPoints(spectrum), 'point')} of windows of ${counted(window, 'value')}: they must hold a window`;
  }
  const flat = spectrum.edges.findIndex((edge, i) => edge <= (spectrum.edges[i - 1] ?? -1));
  if (flat >= 0) {
    return `has bands without width: ${bandCount(spectrum)} are too many for a transform of ${counted(spectrumPoints(spectrum), 'point')}`;
  }
  if (spectrumWidth(spectrum) > hop) {
    return `makes ${spectrumWidth(spectrum)} bands every ${counted(hop, 'value')}: more than it reads`;
  }
  const points = spectrumShape(spectrum, shape)[0] * spectrumPoints(spectrum);
  if (points > MAX_POINTS) {
    return `takes transforms of ${counted(points, 'point')} in all of a sample, and ${MAX_POINTS} are the most`;
  }
  const empty = triangles(spectrum).findIndex(({ weights }) => weights.length === 0);
  if (empty < 0) return undefined;
  return `has nothing in band ${empty + 1} of ${bandCount(spectrum)}: it lies between two frequencies of a transform of ${counted(spectrumPoints(spectrum), 'point')}`;
}

/**
 * ln x for a float32 number from 2^−126 on, relative error below 3e-7. x = m · 2^e with m from √½ to √2, s = (m − 1) / (m + 1):
 * e · ln 2 + 2s + 2s · (s²/3 + s⁴/5 + …). `OFFSET` added to the bits of x gives e + 127 above, and the bits of m − `ROOT` below.
 */
export const LOGARITHM = {
  /** The bits of √½, and of 1 less those. */
  ROOT: 0x3f3504f3,
  OFFSET: 0x3f800000 - 0x3f3504f3,
  /** ln 2 in two parts, of which the first has few digits. */
  LN2_HIGH: Math.fround(0.693359375),
  LN2_LOW: Math.fround(Math.LN2 - 0.693359375),
  /** Of s² in the brackets, the last first. */
  TERMS: [1 / 9, 1 / 7, 1 / 5, 1 / 3].map(Math.fround),
} as const;
