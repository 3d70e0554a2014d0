/**
 * Windows of 3×3 that move by one pixel, one below the other, four channels at a time: each line of pixels is loaded once for the
 * three windows that it belongs to, whose sums are in registers. Strips take as many steps as an image has lines, which costs less
 * than to begin anew with each of its lines.
 */

import { CACHE_LINE } from '../touch';
import { sum } from './sums';

// `lines` windows and two more lines, which have the upper taps of the first window, and its middle ones with the upper ones of the
// next. Each sum is in the order of the taps. Functions of their own: V8 computes again and again what a loop could keep.

/** Three taps of each line. */
function stripInside(from: usize, step: usize, line: usize, tap: usize, nextTap: usize, to: usize, toLine: usize, lines: i32): void {
  const w00 = v128.load(tap), w01 = v128.load(tap + nextTap), w02 = v128.load(tap + 2 * nextTap);
  tap += 3 * nextTap;
  const w10 = v128.load(tap), w11 = v128.load(tap + nextTap), w12 = v128.load(tap + 2 * nextTap);
  tap += 3 * nextTap;
  const w20 = v128.load(tap), w21 = v128.load(tap + nextTap), w22 = v128.load(tap + 2 * nextTap);
  let x = v128.load(from);
  let upper = sum(f32x4.splat(0), x, w00);
  x = v128.load(from + step);
  upper = sum(upper, x, w01);
  x = v128.load(from + 2 * step);
  upper = sum(upper, x, w02);
  from += line;
  x = v128.load(from);
  let middle = sum(upper, x, w10);
  upper = sum(f32x4.splat(0), x, w00);
  x = v128.load(from + step);
  middle = sum(middle, x, w11);
  upper = sum(upper, x, w01);
  x = v128.load(from + 2 * step);
  middle = sum(middle, x, w12);
  upper = sum(upper, x, w02);
  for (const end = to + <usize>lines * toLine; to != end; to += toLine) {
    from += line;
    x = v128.load(from);
    let lower = sum(middle, x, w20);
    middle = sum(upper, x, w10);
    // A zero that is kept would take the last register.
    upper = sum(v128.xor(x, x), x, w00);
    x = v128.load(from + step);
    lower = sum(lower, x, w21);
    middle = sum(middle, x, w11);
    upper = sum(upper, x, w01);
    x = v128.load(from + 2 * step);
    v128.store(to, sum(lower, x, w22));
    middle = sum(middle, x, w12);
    upper = sum(upper, x, w02);
  }
}

/** The first or the last two taps of each line. */
function stripAtEnd(from: usize, step: usize, line: usize, tap: usize, nextTap: usize, to: usize, toLine: usize, lines: i32): void {
  const w00 = v128.load(tap), w01 = v128.load(tap + nextTap);
  tap += 3 * nextTap;
  const w10 = v128.load(tap), w11 = v128.load(tap + nextTap);
  tap += 3 * nextTap;
  const w20 = v128.load(tap), w21 = v128.load(tap + nextTap);
  let x = v128.load(from);
  let upper = sum(f32x4.splat(0), x, w00);
  x = v128.load(from + step);
  upper = sum(upper, x, w01);
  from += line;
  x = v128.load(from);
  let middle = sum(upper, x, w10);
  upper = sum(f32x4.splat(0), x, w00);
  x = v128.load(from + step);
  middle = sum(middle, x, w11);
  upper = sum(upper, x, w01);
  for (const end = to + <usize>lines * toLine; to != end; to += toLine) {
    from += line;
    x = v128.load(from);
    let lower = sum(middle, x, w20);
    middle = sum(upper, x, w10);
    upper = sum(f32x4.splat(0), x, w00);
    x = v128.load(from + step);
    v128.store(to, sum(lower, x, w21));
    middle = sum(middle, x, w11);
    upper = sum(upper, x, w01);
  }
}

/**
 * `lines` lines of `outputs` windows, of which the first may lack its first taps and the last one its last: `xFirst` up to `xEnd` lack
 * none. `from` is the first tap of the first window, `tap` that of four channels.
 */
export function slideStrips(from: usize, step: usize, line: usize, tap: usize, nextTap: usize, to: usize, outputs: i32, xFirst: i32, xEnd: i32, lines: i32, bytes: usize): void {
  const toLine = <usize>outputs * step;
  for (let block: usize = 0; block < bytes; block += CACHE_LINE) {
    const blockEnd = min(block + CACHE_LINE, bytes);
    if (xFirst == 1) {
      for (let at = block; at < blockEnd; at += 16) stripAtEnd(from + step + at, step, line, tap + nextTap + at, nextTap, to + at, toLine, lines);
    }
    for (let x = xFirst; x < xEnd; x++) {
      const column = <usize>x * step;
      for (let at = block; at < blockEnd; at += 16) stripInside(from + column + at, step, line, tap + at, nextTap, to + column + at, toLine, lines);
    }
    if (xEnd < outputs) {
      const column = <usize>xEnd * step;
      for (let at = block; at < blockEnd; at += 16) stripAtEnd(from + column + at, step, line, tap + at, nextTap, to + column + at, toLine, lines);
    }
  }
}
