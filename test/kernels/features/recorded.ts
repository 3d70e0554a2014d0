/** What TensorFlow Lite Micro computed of a signal of our own: `fixtures/tflm-signal`. */

import { readFileSync } from 'node:fs';

interface Recorded {
  readonly frames: readonly (readonly number[])[];
  readonly plain: readonly (readonly number[])[];
  readonly quiet: readonly (readonly number[])[];
  readonly int8: readonly (readonly number[])[];
  readonly frame7: Readonly<
    Record<'windowed' | 'spectrum' | 'bands' | 'roots' | 'reduced' | 'noise' | 'gained', readonly number[]>
  > & { readonly scale: number };
  readonly transforms: Readonly<Record<string, number>>;
  readonly loudest: Readonly<Record<string, number>>;
  readonly window: readonly number[];
  readonly gains: readonly number[];
  /** Frequency, weight, unweight. */
  readonly bands: readonly (readonly (readonly [number, number, number])[])[];
}

export const RECORDED: Recorded = JSON.parse(
  readFileSync(new URL('../../../fixtures/tflm-signal/recorded.json', import.meta.url), 'utf8'),
);

/** A chirp of changing loudness, and a square wave of full scale, of which sums of the transform leave int16. */
export const SIGNAL = Int16Array.from({ length: 480 * 12 }, (_, i) => {
  if (i >= 480 * 10) return i % 37 < 18 ? 32767 : -32768;
  const chirp = ((i * i) % 9973) * 6 - 29_919;
  return (chirp * (1 + (((i >> 9) * 37) % 256))) >> 8;
});

/** Pairs of full scale that turn `times` times: complex numbers longer than any transform is made for. */
export function turning(size: number, times: number): Int16Array {
  const count = size / 2;
  return Int16Array.from({ length: size }, (_, i) => {
    const at = ((i >> 1) * times + count / 8) % count;
    const isPositive = i % 2 === 0 ? at < count / 4 || at >= (3 * count) / 4 : at < count / 2;
    return isPositive ? 32_767 : -32_768;
  });
}
