/** An int8 image as products read it: int16 less the zero point, bands of rows, with zeros wherever windows reach beyond it. */

import { Int8Outputs } from './requantize';

/** How the window of an int8 product slides; int32 fields, in the order of ../../int8-settings.ts. */
@unmanaged
export class Int8Settings extends Int8Outputs {
  inputZeroPoint: i32;
  batches: i32;
  inputHeight: i32;
  inputWidth: i32;
  /** Of the input. */
  depth: i32;
  outputHeight: i32;
  outputWidth: i32;
  strideHeight: i32;
  padTop: i32;
  padLeft: i32;
  /** Input rows, and columns in all, that the windows of an output row cover. */
  coveredRows: i32;
  coveredColumns: i32;
  /** Output rows that are computed at a time. */
  bandRows: i32;
  /** Where, behind the image of a band, its sums lie: [pixels, 8]. */
  sumsAt: i32;
  /** How many offsets there are of runs of elements, or of pairs of taps. */
  taps: i32;
  /** Pairs of elements in a run. */
  tapPairs: i32;
}

/** Zeros from `to` on, up to 15 bytes beyond `end`. */
@inline
function clear(to: usize, end: usize): void {
  for (; to < end; to += 16) v128.store(to, i64x2.splat(0));
}

/** int8 less the zero point to int16. Reads up to 15 bytes and writes up to 30 bytes beyond the last. */
@inline
function widen(from: usize, to: usize, end: usize, zero: v128): void {
  for (; to < end; from += 16, to += 32) {
    v128.store(to, i16x8.sub(v128.load_ext<i8>(from), zero));
    v128.store(to, i16x8.sub(v128.load_ext<i8>(from, 8), zero), 16);
  }
}

/** Which of the columns that windows cover are in the image. */
@inline
function presentColumns(s: Int8Settings): i32 {
  return max(0, min(s.inputWidth, s.coveredColumns - s.padLeft));
}

/** `rows` rows of the image from `top` on, to [rows, covered columns, depth] and up to 30 bytes beyond. */
export function fillRows(s: Int8Settings, image: usize, top: i32, rows: i32, to: usize): void {
  const zero = i16x8.splat(<i16>s.inputZeroPoint);
  const depth = <usize>s.depth;
  const rowBytes = (<usize>s.coveredColumns * depth) << 1;
  const end = to + <usize>rows * rowBytes;
  // Whatever is written beyond an end is written again: all goes in the order of the addresses.
  const first = min(max(0, -top), rows);
  clear(to, to + <usize>first * rowBytes);
  to += <usize>first * rowBytes;
  const present = max(0, min(rows - first, s.inputHeight - top - first));
  const presentEnd = to + <usize>present * rowBytes;
  let from = image + <usize>((top + first) * s.inputWidth) * depth;
  if (s.padLeft == 0 && s.coveredColumns == s.inputWidth) {
    widen(from, to, presentEnd, zero);
  } else {
    const before = (<usize>s.padLeft * depth) << 1;
    const columns = (<usize>presentColumns(s) * depth) << 1;
    for (; to < presentEnd; to += rowBytes, from += <usize>s.inputWidth * depth) {
      clear(to, to + before);
      widen(from, to + before, to + before + columns, zero);
      clear(to + before + columns, to + rowBytes);
    }
  }
  clear(presentEnd, end);
}

/** The same of eight channels, of which the first lies at `image`: [rows, covered columns, 8]. Reads up to 7 bytes beyond. */
export function fillEightChannels(s: Int8Settings, image: usize, top: i32, rows: i32, to: usize): void {
  const zero = i16x8.splat(<i16>s.inputZeroPoint);
  const depth = <usize>s.depth;
  const before = <usize>s.padLeft << 4;
  const present = <usize>presentColumns(s) << 4;
  const rowBytes = <usize>s.coveredColumns << 4;
  for (let y = top; y < top + rows; y++, to += rowBytes) {
    if (y < 0 || y >= s.inputHeight) {
      clear(to, to + rowBytes);
      continue;
    }
    clear(to, to + before);
    let from = image + <usize>(y * s.inputWidth) * depth;
    const end = to + before + present;
    for (let at = to + before; at < end; at += 16, from += depth) {
      v128.store(at, i16x8.sub(v128.load_ext<i8>(from), zero));
    }
    clear(end, to + rowBytes);
  }
}

/** Eight channels of `present` pixels, `depth` bytes apart, of a row and of the one below; zeros of one that is not in the image. */
@inline
function widenPair(upper: usize, lower: usize, hasUpper: boolean, hasLower: boolean, depth: usize, to: usize, end: usize, zero: v128): void {
  for (; to < end; to += 32, upper += depth, lower += depth) {
    const a = hasUpper ? i16x8.sub(v128.load_ext<i8>(upper), zero) : i64x2.splat(0);
    const b = hasLower ? i16x8.sub(v128.load_ext<i8>(lower), zero) : i64x2.splat(0);
    v128.store(to, v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11));
    v128.store(to, v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), 16);
  }
}

/** The same with the rows in pairs: `pairs` of them from the row `top` on to [pairs, covered columns, 8, 2]. Reads up to 7 bytes beyond. */
export function fillRowPairs(s: Int8Settings, image: usize, top: i32, pairs: i32, to: usize): void {
  const zero = i16x8.splat(<i16>s.inputZeroPoint);
  const depth = <usize>s.depth;
  const before = <usize>s.padLeft << 5;
  const present = <usize>presentColumns(s) << 5;
  const pairBytes = <usize>s.coveredColumns << 5;
  const rowBytes = <usize>s.inputWidth * depth;
  for (let y = top; y < top + 2 * pairs; y += 2, to += pairBytes) {
    const upper = image + <usize>y * rowBytes;
    const lower = upper + rowBytes;
    const hasUpper = y >= 0 && y < s.inputHeight;
    const hasLower = y + 1 >= 0 && y + 1 < s.inputHeight;
    const first = to + before;
    const end = first + present;
    if (!hasUpper && !hasLower) {
      clear(to, to + pairBytes);
      continue;
    }
    clear(to, first);
    if (hasUpper && hasLower) widenPair(upper, lower, true, true, depth, first, end, zero);
    else if (hasUpper) widenPair(upper, lower, true, false, depth, first, end, zero);
    else widenPair(upper, lower, false, true, depth, first, end, zero);
    clear(end, to + pairBytes);
  }
}
