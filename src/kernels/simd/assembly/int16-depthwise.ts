/** Depthwise convolutions of int16 with int8 weights: eight channels of a row of output pixels at a time. */

import { EIGHT_SUMS, Int16Limits, requantizeInt16 } from './int16-requantize';
import { endInside, firstInside, repeat, Sliding } from './sliding';

/** `channels` is a multiple of 8; weights are [taps, channels], sums are [output width, 8] of int64. At most 511 taps. */
@inline
function sumRow(s: Sliding, top: i32, firstY: i32, endY: i32, image: usize, weights: usize, channels: usize, sums: usize): void {
  const pixelBytes = <usize>s.depth << 1;
  const pixelStep = <usize>s.dilationWidth * pixelBytes;
  for (let x = 0; x < s.outputWidth; x++, sums += EIGHT_SUMS) {
    const left = x * s.strideWidth - s.padLeft;
    const firstX = firstInside(left, s.dilationWidth);
    const endX = endInside(left, s.dilationWidth, s.inputWidth, s.filterWidth);
    let low = i32x4.splat(0), high = low;
    for (let filterY = firstY; filterY < endY; filterY++) {
      const row = (top + filterY * s.dilationHeight) * s.inputWidth + left + firstX * s.dilationWidth;
      let from = image + <usize>row * pixelBytes;
      let at = weights + <usize>(filterY * s.filterWidth + firstX) * channels;
      for (let filterX = firstX; filterX < endX; filterX++, from += pixelStep, at += channels) {
        const value = v128.load(from);
        const weight = v128.load_ext<i8>(at);
        low = i32x4.add(low, i32x4.extmul_low_i16x8_s(value, weight));
        high = i32x4.add(high, i32x4.extmul_high_i16x8_s(value, weight));
      }
    }
    v128.store(sums, i64x2.extend_low_i32x4_s(low));
    v128.store(sums, i64x2.extend_high_i32x4_s(low), 16);
    v128.store(sums, i64x2.extend_low_i32x4_s(high), 32);
    v128.store(sums, i64x2.extend_high_i32x4_s(high), 48);
  }
}

/**
 * One output channel for each of the input's. `weights` are [taps, channels rounded up to a multiple of 8]; `scratch`
 * holds sums[output width, 8]. Up to 14 bytes behind the input are read.
 */
export function depthwiseInt16(sliding: usize, limitsAt: usize, channelConstants: usize, weights: usize, scratch: usize, input: usize, output: usize): void {
  const s = changetype<Sliding>(sliding);
  const limits = changetype<Int16Limits>(limitsAt);
  const channels = limits.channels;
  const padded = (<usize>channels + 7) & ~7;
  for (let batch = 0; batch < s.batches; batch++) {
    for (let y = 0; y < s.outputHeight; y++) {
      const top = y * s.strideHeight - s.padTop;
      const firstY = firstInside(top, s.dilationHeight);
      const endY = endInside(top, s.dilationHeight, s.inputHeight, s.filterHeight);
      for (let channel = 0; channel < channels; channel += 8) {
        sumRow(s, top, firstY, endY, input + (<usize>channel << 1), weights + channel, padded, scratch);
        requantizeInt16(limits, channelConstants, scratch, s.outputWidth, output, channel);
      }
      output += (<usize>s.outputWidth * channels) << 1;
    }
    input += (<usize>s.inputHeight * s.inputWidth * channels) << 1;
  }
}

export function repeatInt16(from: usize, count: i32, times: i32, to: usize): void {
  repeat<i16>(from, count, times, to);
}
