/** How values lie around their mean, as `core/samples/statistics.ts` has it; `targets/firmware/preparation/moments.ts` is the twin in C. */

const f = Math.fround;

/** Filled anew for every window; nothing is allocated. */
export interface Moments {
  /** The first value, and what the mean is above it. */
  first: number;
  mean: number;
  deviation: number;
  skewness: number;
  kurtosis: number;
}

export function noMoments(): Moments {
  return { first: 0, mean: 0, deviation: 0, skewness: 0, kurtosis: 0 };
}

export function distanceFrom({ first, mean }: Moments, value: number): number {
  return f(f(value - first) - mean);
}

/** The mean and the deviation. */
export function takeSpread(
  values: Float32Array,
  at: number,
  count: number,
  stride: number,
  into: Moments,
): void {
  const end = at + count * stride;
  into.first = values[at];
  let sum = 0;
  for (let i = at; i < end; i += stride) sum = f(sum + f(values[i] - into.first));
  into.mean = f(sum / count);
  let squares = 0;
  for (let i = at; i < end; i += stride) {
    const distance = distanceFrom(into, values[i]);
    squares = f(squares + f(distance * distance));
  }
  into.deviation = f(Math.sqrt(f(squares / count)));
}

/** Skewness and kurtosis, of values whose spread is known. */
export function takeForm(
  values: Float32Array,
  at: number,
  count: number,
  stride: number,
  into: Moments,
): void {
  into.skewness = 0;
  into.kurtosis = 0;
  if (into.deviation === 0) return;
  let cubes = 0;
  let fourths = 0;
  for (let i = at; i < at + count * stride; i += stride) {
    const z = f(distanceFrom(into, values[i]) / into.deviation);
    const square = f(z * z);
    cubes = f(cubes + f(square * z));
    fourths = f(fourths + f(square * square));
  }
  into.skewness = f(cubes / count);
  into.kurtosis = f(f(fourths / count) - 3);
}
