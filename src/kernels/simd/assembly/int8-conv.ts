/** int8 convolutions and products with a matrix: windows to columns of int16, eight channels at a time. */

import { fillColumns } from './columns';
import { Int8Limits, requantizeEight } from './int8-requantize';
import { Sliding } from './sliding';

/** The products of two elements of a column with those of four channels, in pairs. */
@inline
function dot(column: usize, weights: v128): v128 {
  return i32x4.dot_i16x8_s(v128.load32_splat(column), weights);
}

/** sums[4, 8] of four columns. `weights` are [pairs, 8 channels, 2]. */
@inline
function fourColumns(column: usize, columnBytes: usize, weights: usize, sums: usize): void {
  const column1 = column + columnBytes;
  const column2 = column1 + columnBytes;
  const column3 = column2 + columnBytes;
  let s00 = i32x4.splat(0), s01 = s00, s10 = s00, s11 = s00;
  let s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  for (let at: usize = 0; at < columnBytes; at += 4, weights += 16) {
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
  v128.store(sums, s00); v128.store(sums, s01, 16);
  v128.store(sums, s10, 32); v128.store(sums, s11, 48);
  v128.store(sums, s20, 64); v128.store(sums, s21, 80);
  v128.store(sums, s30, 96); v128.store(sums, s31, 112);
}

@inline
function oneColumn(column: usize, columnBytes: usize, weights: usize, sums: usize): void {
  let s0 = i32x4.splat(0), s1 = s0;
  for (const end = column + columnBytes; column < end; column += 4, weights += 16) {
    s0 = i32x4.add(s0, dot(column, v128.load_ext<i8>(weights)));
    s1 = i32x4.add(s1, dot(column, v128.load_ext<i8>(weights, 8)));
  }
  v128.store(sums, s0); v128.store(sums, s1, 16);
}

/**
 * `chunk` output pixels at a time: `scratch` holds their columns of `length` int16 each (an even number, of which the
 * last may be idle), and behind them sums[chunk, 8].
 */
export function convInt8(sliding: usize, limitsAt: usize, channelConstants: usize, weights: usize, length: i32, chunk: i32, scratch: usize, input: usize, output: usize): void {
  const s = changetype<Sliding>(sliding);
  const limits = changetype<Int8Limits>(limitsAt);
  const channels = limits.channels;
  const columnBytes = <usize>length << 1;
  const sums = scratch + <usize>chunk * columnBytes;
  const pixels = s.batches * s.outputHeight * s.outputWidth;
  // What an odd length leaves idle meets weights of 0.
  for (let first = 0; first < pixels; first += chunk) {
    const count = min(chunk, pixels - first);
    fillColumns<i8, i16>(s, input, first, first + count, scratch, columnBytes, limits.inputZeroPoint);
    let block = weights;
    for (let channel = 0; channel < channels; channel += 8, block += columnBytes << 2) {
      let column = scratch;
      let to = sums;
      let i = 0;
      for (; i + 4 <= count; i += 4, column += 4 * columnBytes, to += 128) fourColumns(column, columnBytes, block, to);
      for (; i < count; i++, column += columnBytes, to += 32) oneColumn(column, columnBytes, block, to);
      requantizeEight(limits, channelConstants, sums, count, output + <usize>first * channels, channel);
    }
  }
}
