/** int8 convolutions and products with a matrix: sixteen channels of two pixels at a time, or eight channels of four. */

import { fillRows, Int8Settings } from './image';
import { biasHigh, biasLow, EIGHT_CHANNELS, EIGHT_SUMS, requantizeEight } from './requantize';

/** The products of two elements of a pixel with those of four channels, in pairs. */
@inline
function dot(pixel: usize, weights: v128): v128 {
  return i32x4.dot_i16x8_s(v128.load32_splat(pixel), weights);
}

/** sums[4, 8] of four pixels. `weights` are [runs, pairs, 8 channels, 2]; `runs` the offsets of runs of elements in a window. */
@inline
function fourPixels(bias: usize, weights: usize, runBytes: usize, runs: usize, end: usize, pixels: usize, image: usize, sums: usize): void {
  let low0 = biasLow(bias), high0 = biasHigh(bias);
  let low1 = low0, high1 = high0, low2 = low0, high2 = high0, low3 = low0, high3 = high0;
  for (; runs < end; runs += 4) {
    const offset = image + <usize>load<i32>(runs);
    let at0 = offset + <usize>load<i32>(pixels);
    let at1 = offset + <usize>load<i32>(pixels, 4);
    let at2 = offset + <usize>load<i32>(pixels, 8);
    let at3 = offset + <usize>load<i32>(pixels, 12);
    for (const stop = weights + runBytes; weights < stop; weights += 32, at0 += 4, at1 += 4, at2 += 4, at3 += 4) {
      const left = v128.load(weights);
      const right = v128.load(weights, 16);
      low0 = i32x4.add(low0, dot(at0, left)); high0 = i32x4.add(high0, dot(at0, right));
      low1 = i32x4.add(low1, dot(at1, left)); high1 = i32x4.add(high1, dot(at1, right));
      low2 = i32x4.add(low2, dot(at2, left)); high2 = i32x4.add(high2, dot(at2, right));
      low3 = i32x4.add(low3, dot(at3, left)); high3 = i32x4.add(high3, dot(at3, right));
    }
  }
  v128.store(sums, low0); v128.store(sums, high0, 16);
  v128.store(sums, low1, 32); v128.store(sums, high1, 48);
  v128.store(sums, low2, 64); v128.store(sums, high2, 80);
  v128.store(sums, low3, 96); v128.store(sums, high3, 112);
}

@inline
function onePixel(bias: usize, weights: usize, runBytes: usize, runs: usize, end: usize, pixel: usize, sums: usize): void {
  let low = biasLow(bias), high = biasHigh(bias);
  for (; runs < end; runs += 4) {
    let at = pixel + <usize>load<i32>(runs);
    for (const stop = weights + runBytes; weights < stop; weights += 32, at += 4) {
      low = i32x4.add(low, dot(at, v128.load(weights)));
      high = i32x4.add(high, dot(at, v128.load(weights, 16)));
    }
  }
  v128.store(sums, low); v128.store(sums, high, 16);
}

/** Of two pixels and sixteen channels: [runs, pairs, 16 channels, 2]. The sums of the other eight channels lie `half` bytes behind. */
@inline
function sixteenOfTwo(bias: usize, weights: usize, runBytes: usize, runs: usize, end: usize, pixels: usize, image: usize, sums: usize, half: usize): void {
  let a0 = biasLow(bias), b0 = biasHigh(bias), c0 = biasLow(bias + EIGHT_CHANNELS), d0 = biasHigh(bias + EIGHT_CHANNELS);
  let a1 = a0, b1 = b0, c1 = c0, d1 = d0;
  for (; runs < end; runs += 4) {
    const offset = image + <usize>load<i32>(runs);
    let at0 = offset + <usize>load<i32>(pixels);
    let at1 = offset + <usize>load<i32>(pixels, 4);
    for (const stop = weights + (runBytes << 1); weights < stop; weights += 64, at0 += 4, at1 += 4) {
      const a = v128.load(weights);
      const b = v128.load(weights, 16);
      const c = v128.load(weights, 32);
      const d = v128.load(weights, 48);
      a0 = i32x4.add(a0, dot(at0, a)); b0 = i32x4.add(b0, dot(at0, b)); c0 = i32x4.add(c0, dot(at0, c)); d0 = i32x4.add(d0, dot(at0, d));
      a1 = i32x4.add(a1, dot(at1, a)); b1 = i32x4.add(b1, dot(at1, b)); c1 = i32x4.add(c1, dot(at1, c)); d1 = i32x4.add(d1, dot(at1, d));
    }
  }
  v128.store(sums, a0); v128.store(sums, b0, 16); v128.store(sums, a1, 32); v128.store(sums, b1, 48);
  sums += half;
  v128.store(sums, c0); v128.store(sums, d0, 16); v128.store(sums, c1, 32); v128.store(sums, d1, 48);
}

@inline
function sixteenOfOne(bias: usize, weights: usize, runBytes: usize, runs: usize, end: usize, pixel: usize, sums: usize, half: usize): void {
  let a0 = biasLow(bias), b0 = biasHigh(bias), c0 = biasLow(bias + EIGHT_CHANNELS), d0 = biasHigh(bias + EIGHT_CHANNELS);
  for (; runs < end; runs += 4) {
    let at = pixel + <usize>load<i32>(runs);
    for (const stop = weights + (runBytes << 1); weights < stop; weights += 64, at += 4) {
      const x = v128.load32_splat(at);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(x, v128.load(weights)));
      b0 = i32x4.add(b0, i32x4.dot_i16x8_s(x, v128.load(weights, 16)));
      c0 = i32x4.add(c0, i32x4.dot_i16x8_s(x, v128.load(weights, 32)));
      d0 = i32x4.add(d0, i32x4.dot_i16x8_s(x, v128.load(weights, 48)));
    }
  }
  v128.store(sums, a0); v128.store(sums, b0, 16);
  v128.store(sums + half, c0); v128.store(sums + half, d0, 16);
}

/** Eight channels of windows of eight elements, `step` bytes apart, with weights in registers, whose pairs lie in sixteen channels. */
@inline
function eightElements(bias: usize, weights: usize, at: usize, step: usize, count: i32, sums: usize): void {
  const biases0 = biasLow(bias), biases1 = biasHigh(bias);
  const a0 = v128.load(weights), a1 = v128.load(weights, 16);
  const b0 = v128.load(weights, 64), b1 = v128.load(weights, 80);
  const c0 = v128.load(weights, 128), c1 = v128.load(weights, 144);
  const d0 = v128.load(weights, 192), d1 = v128.load(weights, 208);
  for (const end = sums + <usize>count * EIGHT_SUMS; sums < end; sums += EIGHT_SUMS, at += step) {
    const a = v128.load32_splat(at), b = v128.load32_splat(at, 4), c = v128.load32_splat(at, 8), d = v128.load32_splat(at, 12);
    v128.store(sums, i32x4.add(i32x4.add(i32x4.add(biases0, i32x4.dot_i16x8_s(a, a0)), i32x4.dot_i16x8_s(b, b0)), i32x4.add(i32x4.dot_i16x8_s(c, c0), i32x4.dot_i16x8_s(d, d0))));
    v128.store(sums, i32x4.add(i32x4.add(i32x4.add(biases1, i32x4.dot_i16x8_s(a, a1)), i32x4.dot_i16x8_s(b, b1)), i32x4.add(i32x4.dot_i16x8_s(c, c1), i32x4.dot_i16x8_s(d, d1))), 16);
  }
}

/** All channels of `count` pixels, whose windows begin at the offsets `pixels` in the image of a band. */
@inline
function multiply(s: Int8Settings, constants: usize, weights: usize, runs: usize, pixels: usize, count: i32, image: usize, sums: usize, output: usize): void {
  const end = runs + (<usize>s.taps << 2);
  const runBytes = <usize>s.tapPairs << 5;
  const half = <usize>count * EIGHT_SUMS;
  // One pixel in a row, of which the next one is below.
  const isShort = s.taps == 1 && s.tapPairs == 4 && s.outputWidth == 1 && s.strideHeight == 1;
  const rowBytes = <usize>(s.coveredColumns * s.depth) << 1;
  let channel = 0;
  for (; channel + 8 < s.channels; channel += 16, constants += EIGHT_CHANNELS << 1, weights += (runBytes << 1) * s.taps) {
    if (isShort) {
      const first = image + <usize>load<i32>(runs) + <usize>load<i32>(pixels);
      eightElements(constants, weights, first, rowBytes, count, sums);
      eightElements(constants + EIGHT_CHANNELS, weights + 32, first, rowBytes, count, sums + half);
      requantizeEight(s, constants, sums, count, output + channel, s.channels - channel);
      requantizeEight(s, constants + EIGHT_CHANNELS, sums + half, count, output + channel + 8, s.channels - channel - 8);
      continue;
    }
    let to = sums;
    let pixel = pixels;
    let i = 0;
    for (; i + 2 <= count; i += 2, pixel += 8, to += 2 * EIGHT_SUMS) sixteenOfTwo(constants, weights, runBytes, runs, end, pixel, image, to, half);
    if (i < count) sixteenOfOne(constants, weights, runBytes, runs, end, image + <usize>load<i32>(pixel), to, half);
    requantizeEight(s, constants, sums, count, output + channel, s.channels - channel);
    requantizeEight(s, constants + EIGHT_CHANNELS, sums + half, count, output + channel + 8, s.channels - channel - 8);
  }
  if (channel < s.channels) {
    let to = sums;
    let pixel = pixels;
    let i = 0;
    for (; i + 4 <= count; i += 4, pixel += 16, to += 4 * EIGHT_SUMS) fourPixels(constants, weights, runBytes, runs, end, pixel, image, to);
    for (; i < count; i++, pixel += 4, to += EIGHT_SUMS) onePixel(constants, weights, runBytes, runs, end, image + <usize>load<i32>(pixel), to);
    requantizeEight(s, constants, sums, count, output + channel, s.channels - channel);
  }
}

/**
 * `runs` and `pixels` are offsets in the image of a band, which `scratch` holds: [covered rows, covered columns, depth] of
 * int16, and behind it sums. Up to 15 bytes behind the input are read.
 */
export function convInt8(settings: usize, channelConstants: usize, weights: usize, runs: usize, pixels: usize, scratch: usize, input: usize, output: usize): void {
  const s = changetype<Int8Settings>(settings);
  for (let batch = 0; batch < s.batches; batch++) {
    for (let y = 0; y < s.outputHeight; y += s.bandRows) {
      const rows = min(s.bandRows, s.outputHeight - y);
      const count = rows * s.outputWidth;
      fillRows(s, input, y * s.strideHeight - s.padTop, (rows - 1) * s.strideHeight + s.coveredRows, scratch);
      multiply(s, channelConstants, weights, runs, pixels, count, scratch, scratch + s.sumsAt, output);
      output += <usize>count * s.channels;
    }
    input += <usize>s.inputHeight * s.inputWidth * s.depth;
  }
}
