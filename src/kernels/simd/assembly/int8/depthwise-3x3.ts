/** int8 depthwise convolutions of three by three taps: rows of the image lie in pairs, so that a product takes taps of two rows. */

import { fillRowPairs, Int8Settings } from './image';
import { biasHigh, biasLow, EIGHT_CHANNELS, EIGHT_SUMS, requantizeEight } from './requantize';

/** Eight channels of two rows of a pixel. */
@inline
const PIXEL: usize = 32;
/** Weights of four channels: those of three columns of a pair of rows, and of the pair below. */
@inline
const FOUR_WEIGHTS: usize = 96;
@inline
const EIGHT_WEIGHTS: usize = 192;

@inline
function dot(at: usize, offset: usize, weights: v128): v128 {
  return i32x4.dot_i16x8_s(v128.load(at + offset), weights);
}

@inline
function atColumn(pair: usize, column: usize): v128 {
  return v128.load(pair + column * PIXEL);
}

/** Sums of four channels of a row of pixels, whose windows are `step` bytes apart, to sums of eight channels each. */
@inline
function fourChannels(bias: v128, weights: usize, upper: usize, lower: usize, step: usize, sums: usize, end: usize): void {
  const a0 = v128.load(weights), a1 = v128.load(weights, 16), a2 = v128.load(weights, 32);
  const b0 = v128.load(weights, 48), b1 = v128.load(weights, 64), b2 = v128.load(weights, 80);
  if (step == PIXEL) {
    // Of two windows at a time, which share two of their columns.
    for (; sums + EIGHT_SUMS < end; sums += 2 * EIGHT_SUMS, upper += 2 * PIXEL, lower += 2 * PIXEL) {
      let x = atColumn(upper, 0);
      let first = i32x4.add(bias, i32x4.dot_i16x8_s(x, a0));
      x = atColumn(upper, 1);
      first = i32x4.add(first, i32x4.dot_i16x8_s(x, a1));
      let second = i32x4.add(bias, i32x4.dot_i16x8_s(x, a0));
      x = atColumn(upper, 2);
      first = i32x4.add(first, i32x4.dot_i16x8_s(x, a2));
      second = i32x4.add(second, i32x4.dot_i16x8_s(x, a1));
      second = i32x4.add(second, i32x4.dot_i16x8_s(atColumn(upper, 3), a2));
      first = i32x4.add(first, i32x4.dot_i16x8_s(atColumn(lower, 0), b0));
      x = atColumn(lower, 1);
      first = i32x4.add(first, i32x4.dot_i16x8_s(x, b1));
      second = i32x4.add(second, i32x4.dot_i16x8_s(x, b0));
      x = atColumn(lower, 2);
      v128.store(sums, i32x4.add(first, i32x4.dot_i16x8_s(x, b2)));
      second = i32x4.add(second, i32x4.dot_i16x8_s(x, b1));
      v128.store(sums, i32x4.add(second, i32x4.dot_i16x8_s(atColumn(lower, 3), b2)), EIGHT_SUMS);
    }
  }
  for (; sums < end; sums += EIGHT_SUMS, upper += step, lower += step) {
    const left = i32x4.add(i32x4.add(dot(upper, 0, a0), bias), dot(lower, 0, b0));
    const middle = i32x4.add(dot(upper, PIXEL, a1), dot(lower, PIXEL, b1));
    const right = i32x4.add(dot(upper, 2 * PIXEL, a2), dot(lower, 2 * PIXEL, b2));
    v128.store(sums, i32x4.add(i32x4.add(left, middle), right));
  }
}

/**
 * As `depthwiseInt8`. `weights` are [blocks of eight channels, 2, halves, 2 pairs of rows, 3 columns, 4 channels, 2], once for windows
 * that begin with the first row of a pair, whose last row is 0, and once for others, whose first row is 0. The image of a band in
 * `scratch` is [pairs of rows, covered columns, 8, 2].
 */
export function depthwise3x3Int8(settings: usize, channelConstants: usize, weights: usize, strideWidth: i32, scratch: usize, input: usize, output: usize): void {
  const s = changetype<Int8Settings>(settings);
  const channels = s.channels;
  const sums = scratch + s.sumsAt;
  const pairBytes = <usize>s.coveredColumns * PIXEL;
  const step = <usize>strideWidth * PIXEL;
  const rowSums = <usize>s.outputWidth * EIGHT_SUMS;
  for (let batch = 0; batch < s.batches; batch++) {
    for (let y = 0; y < s.outputHeight; y += s.bandRows) {
      const rows = min(s.bandRows, s.outputHeight - y);
      const lastRow = (rows - 1) * s.strideHeight;
      let constants = channelConstants;
      let block = weights;
      for (let channel = 0; channel < channels; channel += 8, constants += EIGHT_CHANNELS, block += 2 * EIGHT_WEIGHTS) {
        fillRowPairs(s, input + channel, y * s.strideHeight - s.padTop, (lastRow >> 1) + 2, scratch);
        let to = sums;
        for (let row = 0; row <= lastRow; row += s.strideHeight, to += rowSums) {
          const upper = scratch + <usize>(row >> 1) * pairBytes;
          const lower = upper + pairBytes;
          const half = block + <usize>(row & 1) * EIGHT_WEIGHTS;
          fourChannels(biasLow(constants), half, upper, lower, step, to, to + rowSums);
          fourChannels(biasHigh(constants), half + FOUR_WEIGHTS, upper + 16, lower + 16, step, to + 16, to + rowSums);
        }
        requantizeEight(s, constants, sums, rows * s.outputWidth, output + channel, channels - channel);
      }
      output += <usize>(rows * s.outputWidth) * channels;
    }
    input += <usize>s.inputHeight * s.inputWidth * channels;
  }
}
