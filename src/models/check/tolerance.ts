/** By how much a figure may be worse than the baseline's. */

/** A share of each figure, from 0 to 100 percent, or so many bytes and so many of what is counted. */
export type Tolerance =
  | { readonly kind: 'relative'; readonly percent: number }
  | { readonly kind: 'absolute'; readonly bytes: number; readonly count: number };

/** Percents have up to six decimals, so that this many parts of a whole are a whole number. */
const PARTS_PER_PERCENT = 1e6;

/** The part of whole things that is whole, exactly. */
function wholePart(value: number, percent: number): number {
  const parts = BigInt(Math.round(percent * PARTS_PER_PERCENT));
  return Number((BigInt(value) * parts) / BigInt(100 * PARTS_PER_PERCENT));
}

/**
 * What `tolerance` is of a baseline's `value`, in its unit: whole bytes and MACs, rounded down. A number of bytes is none of
 * shares or decibels, which get 0.
 */
export function allowanceOf(tolerance: Tolerance, unit: string, value: number): number {
  const isWhole = unit === 'bytes' || unit === 'MACs';
  if (tolerance.kind === 'absolute')
    return unit === 'bytes' ? tolerance.bytes : isWhole ? tolerance.count : 0;
  if (!Number.isFinite(value)) return 0;
  return isWhole ? wholePart(value, tolerance.percent) : (value * tolerance.percent) / 100;
}
