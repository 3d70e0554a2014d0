/** The discrete cosine transform (DCT-II) of each row: what makes cepstra of logarithms of bands. */

import { sineOfTurn } from './spectrum.ts';

/**
 * Value k of a row of n becomes scales[k] · Σ x[i] · cos(π · k · (2i + 1) / 2n), the products added one after another, each
 * rounded; there are as many as scales, not more than n. With `keepFirst` the first value of a row is no band: it stays where
 * it is, instead of value 0, and the rest is transformed.
 */
export interface CosineTransform {
  readonly scales: readonly number[];
  readonly keepFirst?: true | undefined;
}

export const MAX_TRANSFORMED = 512;

/** cos(2π · k / 4n) for a whole turn. */
export function cosineTable(n: number): readonly number[] {
  return Array.from({ length: 4 * n }, (_, k) => Math.fround(sineOfTurn((k + n) % (4 * n), 4 * n)));
}

/** Of a row, those that are transformed. */
export function transformedCount({ keepFirst }: CosineTransform, width: number): number {
  return keepFirst ? width - 1 : width;
}

/**
 * What is kept of `bands`: `ortho` keeps lengths; `tensorflow` is √(2 / n) throughout, as `mfccs_from_log_mel_spectrograms` has
 * it. A lifter raises what is in the middle: 1 + lifter / 2 · sin(π · (k + 1) / lifter).
 */
export function cosineScales(
  bands: number,
  coefficients: number,
  norm: 'ortho' | 'tensorflow',
  lifter: number,
): readonly number[] {
  return Array.from({ length: coefficients }, (_, k) => {
    const scale = Math.sqrt((norm === 'ortho' && k === 0 ? 1 : 2) / bands);
    const turn = lifter === 0 ? 0 : (k + 1) % (2 * lifter);
    return Math.fround(scale * (lifter === 0 ? 1 : 1 + (lifter / 2) * sineOfTurn(turn, 2 * lifter)));
  });
}
