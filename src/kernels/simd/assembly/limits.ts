/**
 * Limits of four elements, of which NaN stays NaN. `f32x4.min` and `f32x4.max` would be eight instructions on x64, since -0 is
 * less than 0 to them; these are one, or two where the limit is 0.
 */

/** `limit` is not 0. */
@inline
export function atMost(x: v128, limit: v128): v128 {
  return f32x4.pmin(x, limit);
}

/** `limit` is not 0. */
@inline
export function atLeast(x: v128, limit: v128): v128 {
  return f32x4.pmax(x, limit);
}

/** max(x, 0): the sum makes 0 of -0. */
@inline
export function notNegative(x: v128): v128 {
  const zero = f32x4.splat(0);
  return f32x4.add(f32x4.pmax(x, zero), zero);
}

/** What is added behind a lower limit, so that a limit of 0 gives 0 and never -0, and others leave -0 as it is. */
@inline
export function behindLeast(least: f32): v128 {
  return f32x4.splat(least == 0 ? 0 : -0.0);
}

/** Between limits, of which `least` is not -0 and `most` no zero; `behind` is that of `least`. */
@inline
export function within(x: v128, least: v128, behind: v128, most: v128): v128 {
  return atMost(f32x4.add(f32x4.pmax(x, least), behind), most);
}
