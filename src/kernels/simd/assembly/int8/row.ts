/** int8 products of one row with a matrix, whose weights are read once and so stay bytes: 32 channels at a time. */

import { biasHigh, biasLow, EIGHT_CHANNELS, EIGHT_SUMS, Int8Outputs, requantizeRow } from './requantize';

/** Of four fours which are none of the row: −1 in their place, and 0 in that of others. */
@inline
const BEYOND: usize = 16;

/** int32 fields, in the order of ../../int8-row.ts, and behind them those at `BEYOND`. */
@unmanaged
export class Int8Row extends Int8Outputs {
  /** Elements of the row, four at a time. */
  fours: i32;
  /** So many channels from the first on, in whole eights, go the same saturated way. */
  saturated: i32;
}

/**
 * Four elements x of the row, and of every channel four weights w, of which the first and third have the sign bit flipped.
 * As int16 these are t = 256 w1 + (w0 + 128), and with a = x0 and b = x1 − 128 − 256 x0, which is an int16 too,
 * t · a + ⌊t / 256⌋ · b = w0 x0 + w1 x1 + 128 x0 − 128 w1: a shift for every two products, where to widen takes two.
 */
@inline
function dot(sums: v128, a: v128, b: v128, weights: v128): v128 {
  return i32x4.add(i32x4.add(sums, i32x4.dot_i16x8_s(a, weights)), i32x4.dot_i16x8_s(b, i16x8.shr_s(weights, 8)));
}

@inline
function evenElements(x: v128): v128 {
  return i16x8.shr_s(i16x8.shl(x, 8), 8);
}

/**
 * The row, sixteen elements at a time, to [fours, a and b, 2] of int16; −128 times what all `a` add up to, four times, but for those of
 * the last fours that are `beyond` the row.
 */
@inline
function spread(row: usize, to: usize, end: usize, beyond: v128): v128 {
  let total = i32x4.splat(0);
  for (; to < end; row += 16, to += 32) {
    const x = v128.load(row);
    const high = i16x8.shl(x, 8);
    const a = evenElements(x);
    const b = i16x8.sub(i16x8.sub(i16x8.shr_s(x, 8), i16x8.splat(128)), high);
    total = i32x4.add(total, i32x4.extadd_pairwise_i16x8_s(a));
    v128.store(to, v128.shuffle<i32>(a, b, 0, 4, 1, 5));
    v128.store(to, v128.shuffle<i32>(a, b, 2, 6, 3, 7), 16);
  }
  total = i32x4.sub(total, v128.and(i32x4.extadd_pairwise_i16x8_s(evenElements(v128.load(row - 16))), beyond));
  total = i32x4.add(total, v128.shuffle<i32>(total, total, 2, 3, 0, 1));
  total = i32x4.add(total, v128.shuffle<i32>(total, total, 1, 0, 3, 2));
  return i32x4.neg(i32x4.shl(total, 7));
}

/** Sums of 32 channels. `weights` are [fours, 32, 4]. */
@inline
function wideBlock(constants: usize, weights: usize, row: usize, end: usize, offset: v128, sums: usize): void {
  const second = constants + EIGHT_CHANNELS, third = second + EIGHT_CHANNELS, fourth = third + EIGHT_CHANNELS;
  let s0 = i32x4.add(biasLow(constants), offset), s1 = i32x4.add(biasHigh(constants), offset);
  let s2 = i32x4.add(biasLow(second), offset), s3 = i32x4.add(biasHigh(second), offset);
  let s4 = i32x4.add(biasLow(third), offset), s5 = i32x4.add(biasHigh(third), offset);
  let s6 = i32x4.add(biasLow(fourth), offset), s7 = i32x4.add(biasHigh(fourth), offset);
  for (let at = row; at < end; at += 8, weights += 128) {
    const a = v128.load32_splat(at);
    const b = v128.load32_splat(at, 4);
    s0 = dot(s0, a, b, v128.load(weights));
    s1 = dot(s1, a, b, v128.load(weights, 16));
    s2 = dot(s2, a, b, v128.load(weights, 32));
    s3 = dot(s3, a, b, v128.load(weights, 48));
    s4 = dot(s4, a, b, v128.load(weights, 64));
    s5 = dot(s5, a, b, v128.load(weights, 80));
    s6 = dot(s6, a, b, v128.load(weights, 96));
    s7 = dot(s7, a, b, v128.load(weights, 112));
  }
  v128.store(sums, s0); v128.store(sums, s1, 16); v128.store(sums, s2, 32); v128.store(sums, s3, 48);
  v128.store(sums, s4, 64); v128.store(sums, s5, 80); v128.store(sums, s6, 96); v128.store(sums, s7, 112);
}

/** Sums of eight channels. `weights` are [fours, 8, 4]. */
@inline
function block(constants: usize, weights: usize, row: usize, end: usize, offset: v128, sums: usize): void {
  let s0 = i32x4.add(biasLow(constants), offset), s1 = i32x4.add(biasHigh(constants), offset);
  for (let at = row; at < end; at += 8, weights += 32) {
    const a = v128.load32_splat(at);
    const b = v128.load32_splat(at, 4);
    s0 = dot(s0, a, b, v128.load(weights));
    s1 = dot(s1, a, b, v128.load(weights, 16));
  }
  v128.store(sums, s0); v128.store(sums, s1, 16);
}

/**
 * `weights` are [blocks of 32 channels, fours, channels, 4], and blocks of eight behind them where not as many are left. Up to
 * 15 bytes behind the input are read.
 */
export function rowInt8(settings: usize, channelConstants: usize, weights: usize, scratch: usize, input: usize, output: usize): void {
  const s = changetype<Int8Row>(settings);
  const spreadEnd = scratch + ((<usize>s.fours + 3) >> 2 << 5);
  const offset = spread(input, scratch, spreadEnd, v128.load(settings, BEYOND));
  const end = scratch + (<usize>s.fours << 3);
  const channelBytes = <usize>s.fours << 2;
  let constants = channelConstants;
  let sums = spreadEnd;
  let channel = 0;
  for (; channel + 24 < s.channels; channel += 32, constants += EIGHT_CHANNELS << 2, sums += EIGHT_SUMS << 2) {
    wideBlock(constants, weights, scratch, end, offset, sums);
    weights += channelBytes << 5;
  }
  for (; channel < s.channels; channel += 8, constants += EIGHT_CHANNELS, sums += EIGHT_SUMS) {
    block(constants, weights, scratch, end, offset, sums);
    weights += channelBytes << 3;
  }
  requantizeRow(s, s.saturated, channelConstants, spreadEnd, output);
}
