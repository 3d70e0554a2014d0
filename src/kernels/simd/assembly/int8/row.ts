/** int8 products of one row with a matrix, whose weights are read once and so stay bytes: 32 channels at a time. */

import { EIGHT_CHANNELS, EIGHT_SUMS, Int8Outputs, requantizeEight, saturateAlike, saturateBlock, saturateWide } from './requantize';

/** Bytes of the sums of 32 channels. */
@inline
export const WIDE_SUMS: usize = 128;

/** Of four fours which are none of the row: −1 in their place, and 0 in that of others. */
@inline
const BEYOND: usize = 32;

/** int32 fields, in the order of ../../int8-row.ts, and behind them those at `BEYOND`. */
@unmanaged
export class Int8Row extends Int8Outputs {
  /** Elements of the row, four at a time. */
  fours: i32;
  /** So many channels from the first on, in whole eights, go the same saturated way. */
  saturated: i32;
  /** Whether all such channels have the constants of the first four. */
  isAlike: i32;
}

/**
 * Four elements x of the row, and of every channel four weights w in another order: w1, w0, w3, w2, of which the first and third have the
 * sign bit flipped. As int16 these are t = 256 w0 + (w1 + 128), and with a = x1 and b = x0 − 128 − 256 x1, which is an int16 too,
 * t · a + ⌊t / 256⌋ · b = w0 x0 + w1 x1 + 128 x1 − 128 w0: a shift for every two products, where to widen takes two.
 */
@inline
function dot(sums: v128, a: v128, b: v128, weights: v128): v128 {
  return i32x4.add(i32x4.add(sums, i32x4.dot_i16x8_s(a, weights)), i32x4.dot_i16x8_s(b, i16x8.shr_s(weights, 8)));
}

/**
 * The row, sixteen elements at a time, to [fours, a and b, 2] of int16; −128 times what all `a` add up to, four times, but for those of
 * the last fours that are `beyond` the row.
 */
@inline
export function spread(row: usize, to: usize, end: usize, beyond: v128): v128 {
  let total = i32x4.splat(0);
  for (; to < end; row += 16, to += 32) {
    // As int16 x = 256 x1 + (x0 mod 256). A high byte of −1 − x1 and a low one of x0 + 128 are b.
    const x = v128.load(row);
    const a = i16x8.shr_s(x, 8);
    const b = v128.xor(x, i16x8.splat(<i16>0xff80));
    total = i32x4.add(total, i32x4.extadd_pairwise_i16x8_s(a));
    v128.store(to, v128.shuffle<i32>(a, b, 0, 4, 1, 5));
    v128.store(to, v128.shuffle<i32>(a, b, 2, 6, 3, 7), 16);
  }
  const last = i32x4.extadd_pairwise_i16x8_s(i16x8.shr_s(v128.load(row - 16), 8));
  total = i32x4.sub(total, v128.and(last, beyond));
  total = i32x4.add(total, v128.shuffle<i32>(total, total, 2, 3, 0, 1));
  total = i32x4.add(total, v128.shuffle<i32>(total, total, 1, 0, 3, 2));
  return i32x4.neg(i32x4.shl(total, 7));
}

/** Sums of 32 channels. `weights` are [fours, 32, 4]. */
@inline
export function wideBlock(biases: usize, weights: usize, row: usize, end: usize, sums: usize): void {
  let s0 = v128.load(biases), s1 = v128.load(biases, 16), s2 = v128.load(biases, 32), s3 = v128.load(biases, 48);
  let s4 = v128.load(biases, 64), s5 = v128.load(biases, 80), s6 = v128.load(biases, 96), s7 = v128.load(biases, 112);
  // Addresses move on before they are read from: no copies are made of them.
  weights -= 128;
  for (let at = row - 8, last = end - 8; at < last;) {
    at += 8;
    weights += 128;
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
function block(biases: usize, weights: usize, row: usize, end: usize, sums: usize): void {
  let s0 = v128.load(biases), s1 = v128.load(biases, 16);
  for (let at = row; at < end; at += 8, weights += 32) {
    const a = v128.load32_splat(at);
    const b = v128.load32_splat(at, 4);
    s0 = dot(s0, a, b, v128.load(weights));
    s1 = dot(s1, a, b, v128.load(weights, 16));
  }
  v128.store(sums, s0); v128.store(sums, s1, 16);
}

/** The sums of eight channels from `channel` on, which lack `more`, to bytes. */
@inline
function finishBlock(s: Int8Row, channel: i32, constants: usize, sums: usize, more: v128, output: usize): void {
  const to = output + <usize>channel;
  if (channel + 8 <= s.saturated) {
    saturateBlock(constants, sums, more, to);
    return;
  }
  v128.store(sums, i32x4.add(v128.load(sums), more));
  v128.store(sums, i32x4.add(v128.load(sums, 16), more), 16);
  requantizeEight(s, constants, sums, 1, to, s.channels - channel);
}

/**
 * `weights` are [blocks of 32 channels, fours, channels, 4], and blocks of eight behind them where not as many are left; `biases` those
 * of all channels, in whole blocks. `scratch` is for the row as it is spread and for sums of a block. Up to 15 bytes behind the input
 * are read.
 */
export function rowInt8(settings: usize, biases: usize, channelConstants: usize, weights: usize, scratch: usize, input: usize, output: usize): void {
  const s = changetype<Int8Row>(settings);
  const sums = scratch + ((<usize>s.fours + 3) >> 2 << 5);
  const more = spread(input, scratch, sums, v128.load(settings, BEYOND));
  const end = scratch + (<usize>s.fours << 3);
  const channelBytes = <usize>s.fours << 2;
  let channel = 0;
  for (; channel + 24 < s.channels; channel += 32, biases += WIDE_SUMS, weights += channelBytes << 5) {
    wideBlock(biases, weights, scratch, end, sums);
    const constants = channelConstants + <usize>(channel >> 3) * EIGHT_CHANNELS;
    if (channel + 32 > s.saturated) {
      for (let eight = 0; eight < 4; eight++) {
        finishBlock(s, channel + (eight << 3), constants + <usize>eight * EIGHT_CHANNELS, sums + <usize>eight * EIGHT_SUMS, more, output);
      }
    } else if (s.isAlike != 0) {
      saturateAlike(channelConstants, sums, more, output + channel);
    } else {
      saturateWide(constants, sums, more, output + channel);
    }
  }
  for (; channel < s.channels; channel += 8, biases += EIGHT_SUMS, weights += channelBytes << 3) {
    block(biases, weights, scratch, end, sums);
    finishBlock(s, channel, channelConstants + <usize>(channel >> 3) * EIGHT_CHANNELS, sums, more, output);
  }
}
