/** int8 depthwise convolutions: eight channels of a row of output pixels at a time. */

import { Int8Limits, requantizeEight } from './int8-requantize';
import { endInside, firstInside, repeat, Sliding } from './sliding';

/** `channels` is a multiple of 8; weights are [taps, channels], sums are [output width, 8]. */
@inline
function sumRow(s: Sliding, top: i32, firstY: i32, endY: i32, image: usize, zeroPoint: i32, weights: usize, channels: usize, sums: usize): void {
  const zero = i16x8.splat(<i16>zeroPoint);
  const depth = <usize>s.depth;
  const pixelStep = <usize>s.dilationWidth * depth;
  for (let x = 0; x < s.outputWidth; x++, sums += 32) {
    const left = x * s.strideWidth - s.padLeft;
    const firstX = firstInside(left, s.dilationWidth);
    const endX = endInside(left, s.dilationWidth, s.inputWidth, s.filterWidth);
    let low = i32x4.splat(0), high = low;
    for (let filterY = firstY; filterY < endY; filterY++) {
      const row = (top + filterY * s.dilationHeight) * s.inputWidth + left + firstX * s.dilationWidth;
      let from = image + <usize>row * depth;
      let at = weights + <usize>(filterY * s.filterWidth + firstX) * channels;
      for (let filterX = firstX; filterX < endX; filterX++, from += pixelStep, at += channels) {
        const value = i16x8.sub(v128.load_ext<i8>(from), zero);
        const weight = v128.load_ext<i8>(at);
        low = i32x4.add(low, i32x4.extmul_low_i16x8_s(value, weight));
        high = i32x4.add(high, i32x4.extmul_high_i16x8_s(value, weight));
      }
    }
    v128.store(sums, low);
    v128.store(sums, high, 16);
  }
}

/**
 * One output channel for each of the input's. `weights` are [taps, channels rounded up to a multiple of 8]; `scratch`
 * holds sums[output width, 8]. Up to 7 bytes behind the input are read.
 */
export function depthwiseInt8(sliding: usize, limitsAt: usize, channelConstants: usize, weights: usize, scratch: usize, input: usize, output: usize): void {
  const s = changetype<Sliding>(sliding);
  const limits = changetype<Int8Limits>(limitsAt);
  const channels = limits.channels;
  const padded = (<usize>channels + 7) & ~7;
  for (let batch = 0; batch < s.batches; batch++) {
    for (let y = 0; y < s.outputHeight; y++) {
      const top = y * s.strideHeight - s.padTop;
      const firstY = firstInside(top, s.dilationHeight);
      const endY = endInside(top, s.dilationHeight, s.inputHeight, s.filterHeight);
      for (let channel = 0; channel < channels; channel += 8) {
        sumRow(s, top, firstY, endY, input + channel, limits.inputZeroPoint, weights + channel, padded, scratch);
        requantizeEight(limits, channelConstants, scratch, s.outputWidth, output, channel);
      }
      output += <usize>s.outputWidth * channels;
    }
    input += <usize>s.inputHeight * s.inputWidth * channels;
  }
}

export function repeatInt8(from: usize, count: i32, times: i32, to: usize): void {
  repeat<i8>(from, count, times, to);
}
