/** Signal to noise, and how it is said. */

/** Sums of squares: of what float32 has, and of how far something else is from it. */
export interface Noise {
  readonly signal: number;
  readonly noise: number;
}

/** Signal to noise in dB; undefined where there is no noise, or nothing that it could disturb. */
export function decibelsOf({ signal, noise }: Noise): number | undefined {
  return signal > 0 && noise > 0 ? 10 * Math.log10(signal / noise) : undefined;
}

function sum(values: Float64Array): number {
  return values.reduce((all, value) => all + value, 0);
}

/** Of all records together. */
export function totalNoise(records: { readonly signal: Float64Array; readonly noise: Float64Array }): Noise {
  return { signal: sum(records.signal), noise: sum(records.noise) };
}
