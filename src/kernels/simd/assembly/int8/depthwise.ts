/** int8 depthwise convolutions: eight channels at a time, of three pixels, the taps of a window two by two. */

import { fillEightChannels, Int8Settings } from './image';
import { biasHigh, biasLow, EIGHT_CHANNELS, EIGHT_SUMS, requantizeEight } from './requantize';
import { repeat } from '../sliding';

/** Four channels of two taps, channel by channel. */
@inline
function firstFour(tap0: v128, tap1: v128): v128 {
  return v128.shuffle<i16>(tap0, tap1, 0, 8, 1, 9, 2, 10, 3, 11);
}

@inline
function lastFour(tap0: v128, tap1: v128): v128 {
  return v128.shuffle<i16>(tap0, tap1, 4, 12, 5, 13, 6, 14, 7, 15);
}

/** sums[3, 8] of three pixels. `weights` are [pairs of taps, 8 channels, 2], `taps` the offsets of two taps each in a window. */
@inline
function threePixels(bias: usize, weights: usize, taps: usize, end: usize, pixels: usize, image: usize, sums: usize): void {
  const pixel0 = image + <usize>load<i32>(pixels);
  const pixel1 = image + <usize>load<i32>(pixels, 4);
  const pixel2 = image + <usize>load<i32>(pixels, 8);
  let low0 = biasLow(bias), high0 = biasHigh(bias);
  let low1 = low0, high1 = high0, low2 = low0, high2 = high0;
  for (; taps < end; taps += 8, weights += 32) {
    const first = <usize>load<i32>(taps);
    const second = <usize>load<i32>(taps, 4);
    const left = v128.load(weights);
    const right = v128.load(weights, 16);
    let a = v128.load(pixel0 + first), b = v128.load(pixel0 + second);
    low0 = i32x4.add(low0, i32x4.dot_i16x8_s(firstFour(a, b), left));
    high0 = i32x4.add(high0, i32x4.dot_i16x8_s(lastFour(a, b), right));
    a = v128.load(pixel1 + first); b = v128.load(pixel1 + second);
    low1 = i32x4.add(low1, i32x4.dot_i16x8_s(firstFour(a, b), left));
    high1 = i32x4.add(high1, i32x4.dot_i16x8_s(lastFour(a, b), right));
    a = v128.load(pixel2 + first); b = v128.load(pixel2 + second);
    low2 = i32x4.add(low2, i32x4.dot_i16x8_s(firstFour(a, b), left));
    high2 = i32x4.add(high2, i32x4.dot_i16x8_s(lastFour(a, b), right));
  }
  v128.store(sums, low0); v128.store(sums, high0, 16);
  v128.store(sums, low1, 32); v128.store(sums, high1, 48);
  v128.store(sums, low2, 64); v128.store(sums, high2, 80);
}

@inline
function onePixel(bias: usize, weights: usize, taps: usize, end: usize, pixel: usize, sums: usize): void {
  let low = biasLow(bias), high = biasHigh(bias);
  for (; taps < end; taps += 8, weights += 32) {
    const a = v128.load(pixel + <usize>load<i32>(taps));
    const b = v128.load(pixel + <usize>load<i32>(taps, 4));
    low = i32x4.add(low, i32x4.dot_i16x8_s(firstFour(a, b), v128.load(weights)));
    high = i32x4.add(high, i32x4.dot_i16x8_s(lastFour(a, b), v128.load(weights, 16)));
  }
  v128.store(sums, low); v128.store(sums, high, 16);
}

/**
 * One output channel for each of the input's. `taps` and `pixels` are offsets in the image of eight channels of a band,
 * which `scratch` holds: [covered rows, covered columns, 8] of int16, and behind it sums. Up to 7 bytes behind the input
 * are read.
 */
export function depthwiseInt8(settings: usize, channelConstants: usize, weights: usize, taps: usize, pixels: usize, scratch: usize, input: usize, output: usize): void {
  const s = changetype<Int8Settings>(settings);
  const channels = s.channels;
  const end = taps + (<usize>s.taps << 3);
  const sums = scratch + s.sumsAt;
  for (let batch = 0; batch < s.batches; batch++) {
    for (let y = 0; y < s.outputHeight; y += s.bandRows) {
      const rows = min(s.bandRows, s.outputHeight - y);
      const count = rows * s.outputWidth;
      let constants = channelConstants;
      let block = weights;
      for (let channel = 0; channel < channels; channel += 8, constants += EIGHT_CHANNELS, block += <usize>s.taps << 5) {
        fillEightChannels(s, input + channel, y * s.strideHeight - s.padTop, (rows - 1) * s.strideHeight + s.coveredRows, scratch);
        let to = sums;
        let pixel = pixels;
        let i = 0;
        for (; i + 3 <= count; i += 3, pixel += 12, to += 3 * EIGHT_SUMS) threePixels(constants, block, taps, end, pixel, scratch, to);
        for (; i < count; i++, pixel += 4, to += EIGHT_SUMS) onePixel(constants, block, taps, end, scratch + <usize>load<i32>(pixel), to);
        requantizeEight(s, constants, sums, count, output + channel, channels - channel);
      }
      output += <usize>count * channels;
    }
    input += <usize>s.inputHeight * s.inputWidth * channels;
  }
}

export function repeatInt8(from: usize, count: i32, times: i32, to: usize): void {
  repeat<i8>(from, count, times, to);
}
