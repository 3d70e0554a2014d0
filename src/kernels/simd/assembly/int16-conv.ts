/** Convolutions and products of int16 with int8 weights: windows to columns, eight channels at a time, sums of 64 bits. */

import { fillColumns } from './columns';
import { EIGHT_SUMS, Int16Limits, requantizeInt16 } from './int16-requantize';
import { Sliding } from './sliding';

/** Bytes of a column whose products, of 23 bits for each pair, an int32 can add up: 255 pairs. */
@inline
const PART: usize = 1020;

/** The products of two elements of a column with those of four channels, in pairs. */
@inline
function dot(column: usize, weights: v128): v128 {
  return i32x4.dot_i16x8_s(v128.load32_splat(column), weights);
}

/** Adds four int32 sums to four of int64, or begins those. */
@inline
function widen(sums: usize, low: v128, high: v128, begins: bool): void {
  const s0 = i64x2.extend_low_i32x4_s(low);
  const s1 = i64x2.extend_high_i32x4_s(low);
  const s2 = i64x2.extend_low_i32x4_s(high);
  const s3 = i64x2.extend_high_i32x4_s(high);
  if (begins) {
    v128.store(sums, s0); v128.store(sums, s1, 16);
    v128.store(sums, s2, 32); v128.store(sums, s3, 48);
  } else {
    v128.store(sums, i64x2.add(v128.load(sums), s0));
    v128.store(sums, i64x2.add(v128.load(sums, 16), s1), 16);
    v128.store(sums, i64x2.add(v128.load(sums, 32), s2), 32);
    v128.store(sums, i64x2.add(v128.load(sums, 48), s3), 48);
  }
}

/** sums[4, 8] of four columns. `weights` are [pairs, 8 channels, 2]. */
@inline
function fourColumns(column: usize, columnBytes: usize, weights: usize, sums: usize): void {
  const column1 = column + columnBytes;
  const column2 = column1 + columnBytes;
  const column3 = column2 + columnBytes;
  for (let part: usize = 0; part < columnBytes; part += PART) {
    const end = min(columnBytes, part + PART);
    let s00 = i32x4.splat(0), s01 = s00, s10 = s00, s11 = s00;
    let s20 = s00, s21 = s00, s30 = s00, s31 = s00;
    for (let at = part; at < end; at += 4, weights += 16) {
      const w0 = v128.load_ext<i8>(weights);
      const w1 = v128.load_ext<i8>(weights, 8);
      s00 = i32x4.add(s00, dot(column + at, w0));
      s01 = i32x4.add(s01, dot(column + at, w1));
      s10 = i32x4.add(s10, dot(column1 + at, w0));
      s11 = i32x4.add(s11, dot(column1 + at, w1));
      s20 = i32x4.add(s20, dot(column2 + at, w0));
      s21 = i32x4.add(s21, dot(column2 + at, w1));
      s30 = i32x4.add(s30, dot(column3 + at, w0));
      s31 = i32x4.add(s31, dot(column3 + at, w1));
    }
    widen(sums, s00, s01, part == 0);
    widen(sums + EIGHT_SUMS, s10, s11, part == 0);
    widen(sums + 2 * EIGHT_SUMS, s20, s21, part == 0);
    widen(sums + 3 * EIGHT_SUMS, s30, s31, part == 0);
  }
}

@inline
function oneColumn(column: usize, columnBytes: usize, weights: usize, sums: usize): void {
  for (let part: usize = 0; part < columnBytes; part += PART) {
    const end = min(columnBytes, part + PART);
    let s0 = i32x4.splat(0), s1 = s0;
    for (let at = part; at < end; at += 4, weights += 16) {
      s0 = i32x4.add(s0, dot(column + at, v128.load_ext<i8>(weights)));
      s1 = i32x4.add(s1, dot(column + at, v128.load_ext<i8>(weights, 8)));
    }
    widen(sums, s0, s1, part == 0);
  }
}

/**
 * `chunk` output pixels at a time: `scratch` holds their columns of `length` int16 each (an even number, of which the
 * last may be idle), and behind them sums[chunk, 8].
 */
export function convInt16(sliding: usize, limitsAt: usize, channelConstants: usize, weights: usize, length: i32, chunk: i32, scratch: usize, input: usize, output: usize): void {
  const s = changetype<Sliding>(sliding);
  const limits = changetype<Int16Limits>(limitsAt);
  const channels = limits.channels;
  const columnBytes = <usize>length << 1;
  const sums = scratch + <usize>chunk * columnBytes;
  const pixels = s.batches * s.outputHeight * s.outputWidth;
  // What an odd length leaves idle meets weights of 0.
  for (let first = 0; first < pixels; first += chunk) {
    const count = min(chunk, pixels - first);
    fillColumns<i16>(s, input, first, first + count, scratch, columnBytes);
    let block = weights;
    for (let channel = 0; channel < channels; channel += 8, block += columnBytes << 2) {
      let column = scratch;
      let to = sums;
      let i = 0;
      for (; i + 4 <= count; i += 4, column += 4 * columnBytes, to += 4 * EIGHT_SUMS) fourColumns(column, columnBytes, block, to);
      for (; i < count; i++, column += columnBytes, to += EIGHT_SUMS) oneColumn(column, columnBytes, block, to);
      requantizeInt16(limits, channelConstants, sums, count, output + ((<usize>first * channels) << 1), channel);
    }
  }
}
