/** Butterworth filters as sections of second order. Coefficients are doubles of sums, products and quotients, rounded once. */

import { sineOfTurn } from './spectrum.ts';

/**
 * y = b0·x + s1; s1 = b1·x − a1·y + s2; s2 = b2·x − a2·y: transposed direct form II, each product and each sum rounded to
 * float32, from left to right.
 */
export interface FilterSection {
  readonly b: readonly [number, number, number];
  readonly a: readonly [number, number];
}

/**
 * Every channel goes through the sections one after another, from rest: before the first row all was 0. What is no number, or
 * infinite, is handed on and leaves no trace; a channel whose sums grow beyond float32 begins anew.
 */
export interface Filter {
  readonly sections: readonly FilterSection[];
}

export const MAX_SECTIONS = 8;

/** tan(π · part) for a part of the rate below ½. */
function tangent(part: number): number {
  return sineOfTurn(part, 2) / sineOfTurn(part + 0.5, 2);
}

/** From the analog filter 1 / (1 + s/q + s²), or with s² above, by the bilinear transform. */
function secondOrder(kind: 'low' | 'high', k: number, inverseQ: number): FilterSection {
  const whole = 1 + k * inverseQ + k * k;
  const gain = (kind === 'low' ? k * k : 1) / whole;
  return {
    b: [gain, kind === 'low' ? 2 * gain : -2 * gain, gain],
    a: [(2 * (k * k - 1)) / whole, (1 - k * inverseQ + k * k) / whole],
  };
}

function firstOrder(kind: 'low' | 'high', k: number): FilterSection {
  const gain = (kind === 'low' ? k : 1) / (1 + k);
  return { b: [gain, kind === 'low' ? gain : -gain, 0], a: [(k - 1) / (k + 1), 0] };
}

function rounded({ b, a }: FilterSection): FilterSection {
  const f = Math.fround;
  return { b: [f(b[0]), f(b[1]), f(b[2])], a: [f(a[0]), f(a[1])] };
}

/** `cutoff` is a part of the rate, above 0 and below ½, where the power is halved. */
export function butterworth(kind: 'low' | 'high', order: number, cutoff: number): readonly FilterSection[] {
  const k = tangent(cutoff);
  const pairs = Array.from({ length: Math.floor(order / 2) }, (_, i) =>
    secondOrder(kind, k, 2 * sineOfTurn(2 * i + 1, 4 * order)),
  );
  return (order % 2 === 0 ? pairs : [firstOrder(kind, k), ...pairs]).map(rounded);
}
