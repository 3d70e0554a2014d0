/**
 * Channels whose sums become int8 by one product of float32, rounded to the nearest integer. Of every result the first sum that
 * comes to it and the last that does not are tried: neither TFLM's result nor this one ever falls as a sum grows.
 */

import { INT32_MAX } from '../../core/fixed-point.ts';
import type { ChannelRequantization } from '../int8/requantize.ts';
import type { SumRange } from './int8-sum-ranges.ts';

const [LEAST_INT8, MOST_INT8] = [-128, 127];
/** Steps above the least result. */
const STEPS = 255;
/** So far weights of int8 can be multiplied that have places of int16. */
const MOST_POWER = 2 ** 8;
/** As in `assembly/int8/requantize.ts`. */
const INTEGERS = 1.5 * 2 ** 23;
const MOST_INTEGER = 2 ** 22;
/** Multipliers of int32 with this or more, and shifts to the right up to that, have sums of whole numbers that a double holds. */
const LEAST_MULTIPLIER = 2 ** 30;
const MOST_RIGHT = 12;
/** Multipliers beside the nearest one, and offsets beside the middle of those that would do without roundings. */
const MULTIPLIER_TRIES = [0, 1, -1, 2, -2, 3, -3];
const OFFSET_TRIES = [0, 1, -1];
/** How far a multiplier is from the next: about so much as moves the first sum of one result among all to another one, but a place of float32. */
const TRY_STEP = 2 ** -16;
const FLOAT_STEP = 2 ** -23;

/** What is multiplied are sums times `power`, and `offset`. */
export interface NearestScale {
  readonly power: number;
  readonly offset: number;
  readonly multiplier: number;
}

/** The first sums that TFLM requantizes to each step. */
function firstSumsOf(multiplier: number, right: number): Float64Array {
  const step = 2 ** (31 + right);
  const roundings = 2 ** 30 + (right === 0 ? 0 : step / 2);
  const inverse = 1 / multiplier;
  const sums = new Float64Array(STEPS);
  for (let i = 0; i < STEPS; i++) {
    const least = (i + 1) * step - roundings;
    // With the inverse one of three is it.
    let sum = Math.ceil(least * inverse) - 1;
    while (sum * multiplier < least) sum++;
    sums[i] = sum;
  }
  return sums;
}

function nearest(multiplied: number, multiplier: number): number {
  const product = Math.fround(Math.fround(multiplied) * multiplier);
  return Math.fround(product + INTEGERS) - INTEGERS;
}

/** What the shifted sums of each step begin with at least, for a product that is not rounded. */
const edgeOf = (step: number, inverse: number): number => (step + LEAST_INT8 + 0.5) * inverse;

/** The offset in the middle of those that would do without roundings. */
function middleOffset(firstSums: Float64Array, power: number, multiplier: number): number {
  const inverse = 1 / multiplier;
  let least = -Infinity;
  let most = Infinity;
  for (let step = 0; step < STEPS; step++) {
    const offset = edgeOf(step, inverse) - power * firstSums[step];
    if (offset > least) least = offset;
    if (offset < most) most = offset;
  }
  return Math.round((least + most + power) / 2);
}

function isExact(firstSums: Float64Array, { power, offset, multiplier }: NearestScale): boolean {
  // Both roundings take off 2^−24 of a product at most.
  const inverse = 1 / multiplier;
  const margin = 2 ** -22 * -LEAST_INT8 * inverse;
  for (let step = 0; step < STEPS; step++) {
    const first = firstSums[step] * power + offset;
    const above = first - edgeOf(step, inverse);
    if (above > margin && power - above > margin) continue;
    const result = step + LEAST_INT8 + 1;
    if (nearest(first, multiplier) < result || nearest(first - power, multiplier) >= result) return false;
  }
  return true;
}

/**
 * Undefined where none was found, or other results than those from −128 on are wanted: float32 has too few places for sums of which
 * very many come to each result.
 */
export function nearestScale(
  p: ChannelRequantization,
  channel: number,
  { least, most }: SumRange,
): NearestScale | undefined {
  if (p.outputZeroPoint !== LEAST_INT8 || p.clampMin !== LEAST_INT8 || p.clampMax !== MOST_INT8)
    return undefined;
  const [integer, right] = [p.multipliers[channel], -p.shifts[channel]];
  if (integer < LEAST_MULTIPLIER || right < 0 || right > MOST_RIGHT) return undefined;
  const scale = integer / 2 ** (31 + right);
  const reach = Math.max(-least, most) + (STEPS + 1) / scale;
  if (reach > INT32_MAX || reach * scale > MOST_INTEGER) return undefined;
  const power = Math.min(MOST_POWER, 2 ** Math.floor(Math.log2(INT32_MAX / reach)));
  const firstSums = firstSumsOf(integer, right);
  const step = Math.max(FLOAT_STEP, TRY_STEP * scale);
  for (const steps of MULTIPLIER_TRIES) {
    const multiplier = Math.fround((scale / power) * (1 + steps * step));
    const middle = middleOffset(firstSums, power, multiplier);
    for (const aside of OFFSET_TRIES) {
      const found = { power, offset: middle + aside, multiplier };
      if (isExact(firstSums, found)) return found;
    }
  }
  return undefined;
}
