/** Ranges around a value that a project has, for spaces that nobody wrote. */

import type { Knob, KnobElement } from './space-schema.ts';

/** From a quarter of the least to half more than the most, logarithmic; at least from 1 to 4. */
export function widthsAround(...counts: readonly number[]): KnobElement {
  const least = Math.max(1, Math.floor(Math.min(...counts) / 4));
  const most = Math.max(least + 3, Math.ceil(Math.max(...counts) * 1.5));
  return { from: least, to: most, scale: 'log' };
}

/** The same for a list, which may have one element less, or one more. */
export function widthListAround(counts: readonly number[], mostLength: number): Knob {
  return {
    length: [Math.max(1, counts.length - 1), Math.min(mostLength, counts.length + 1)],
    each: widthsAround(...counts),
  };
}

/** A little less, the same, a little more; as they are and none below `least`. */
export function stepsAround(value: number, step: number, least = 1): number[] {
  return [value - step, value, value + step].filter((one) => one >= least);
}

/** A third, about half, the same, twice. */
export function sharesAround(value: number): number[] {
  return [value / 3, value / 1.7, value, value * 2].map((one) => Number(one.toPrecision(2)));
}
