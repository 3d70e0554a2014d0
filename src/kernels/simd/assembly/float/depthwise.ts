/** float32 depthwise convolutions: eight channels of a row of output pixels at a time, tap after tap. */

import { finishEight, FloatLimits } from './finish';
import { endInside, firstInside, repeat, Sliding } from '../sliding';

/** Four pixels, `step` bytes apart, under whose windows all columns lie in the image: eight channels each. */
@inline
function sumFour(s: Sliding, row: usize, step: usize, firstY: i32, endY: i32, weights: usize, tapBytes: usize, sums: usize): void {
  const pixelBytes = <usize>s.depth << 2;
  const pixelStep = <usize>s.dilationWidth * pixelBytes;
  const rowStep = <usize>(s.dilationHeight * s.inputWidth) * pixelBytes;
  const end = <usize>s.filterWidth * pixelStep;
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
  let at = weights + <usize>(firstY * s.filterWidth) * tapBytes;
  for (let filterY = firstY; filterY < endY; filterY++, row += rowStep) {
    for (let from = row; from < row + end; from += pixelStep, at += tapBytes) {
      const w0 = v128.load(at), w1 = v128.load(at, 16);
      a0 = f32x4.add(a0, f32x4.mul(v128.load(from), w0));
      a1 = f32x4.add(a1, f32x4.mul(v128.load(from, 16), w1));
      const b = from + step;
      b0 = f32x4.add(b0, f32x4.mul(v128.load(b), w0));
      b1 = f32x4.add(b1, f32x4.mul(v128.load(b, 16), w1));
      const c = b + step;
      c0 = f32x4.add(c0, f32x4.mul(v128.load(c), w0));
      c1 = f32x4.add(c1, f32x4.mul(v128.load(c, 16), w1));
      const d = c + step;
      d0 = f32x4.add(d0, f32x4.mul(v128.load(d), w0));
      d1 = f32x4.add(d1, f32x4.mul(v128.load(d, 16), w1));
    }
  }
  v128.store(sums, a0); v128.store(sums, a1, 16);
  v128.store(sums, b0, 32); v128.store(sums, b1, 48);
  v128.store(sums, c0, 64); v128.store(sums, c1, 80);
  v128.store(sums, d0, 96); v128.store(sums, d1, 112);
}

/** `channels` is a multiple of 8; weights are [taps, channels], sums are [output width, 8]. */
@inline
function sumRow(s: Sliding, top: i32, firstY: i32, endY: i32, image: usize, weights: usize, channels: usize, sums: usize): void {
  const pixelBytes = <usize>s.depth << 2;
  const pixelStep = <usize>s.dilationWidth * pixelBytes;
  const tapBytes = channels << 2;
  const reach = (s.filterWidth - 1) * s.dilationWidth;
  for (let x = 0; x < s.outputWidth; x++, sums += 32) {
    const left = x * s.strideWidth - s.padLeft;
    if (left >= 0 && x + 4 <= s.outputWidth && left + 3 * s.strideWidth + reach < s.inputWidth) {
      const row = image + <usize>((top + firstY * s.dilationHeight) * s.inputWidth + left) * pixelBytes;
      sumFour(s, row, <usize>s.strideWidth * pixelBytes, firstY, endY, weights, tapBytes, sums);
      x += 3;
      sums += 96;
      continue;
    }
    const firstX = firstInside(left, s.dilationWidth);
    const endX = endInside(left, s.dilationWidth, s.inputWidth, s.filterWidth);
    let low = f32x4.splat(0), high = low;
    for (let filterY = firstY; filterY < endY; filterY++) {
      const row = (top + filterY * s.dilationHeight) * s.inputWidth + left + firstX * s.dilationWidth;
      let from = image + <usize>row * pixelBytes;
      let at = weights + <usize>(filterY * s.filterWidth + firstX) * tapBytes;
      for (let filterX = firstX; filterX < endX; filterX++, from += pixelStep, at += tapBytes) {
        low = f32x4.add(low, f32x4.mul(v128.load(from), v128.load(at)));
        high = f32x4.add(high, f32x4.mul(v128.load(from, 16), v128.load(at, 16)));
      }
    }
    v128.store(sums, low);
    v128.store(sums, high, 16);
  }
}

/**
 * One output channel for each of the input's. `weights` are [taps, channels rounded up to a multiple of 8]; `scratch`
 * holds sums[output width, 8]. Up to 28 bytes behind the input are read.
 */
export function depthwiseFloat(sliding: usize, limitsAt: usize, bias: usize, weights: usize, scratch: usize, input: usize, output: usize): void {
  const s = changetype<Sliding>(sliding);
  const limits = changetype<FloatLimits>(limitsAt);
  const channels = limits.channels;
  const padded = (<usize>channels + 7) & ~7;
  for (let batch = 0; batch < s.batches; batch++) {
    for (let y = 0; y < s.outputHeight; y++) {
      const top = y * s.strideHeight - s.padTop;
      const firstY = firstInside(top, s.dilationHeight);
      const endY = endInside(top, s.dilationHeight, s.inputHeight, s.filterHeight);
      for (let channel = 0; channel < channels; channel += 8) {
        const at = <usize>channel << 2;
        sumRow(s, top, firstY, endY, input + at, weights + at, padded, scratch);
        finishEight(limits, bias, scratch, s.outputWidth, output, channel);
      }
      output += <usize>(s.outputWidth * channels) << 2;
    }
    input += <usize>(s.inputHeight * s.inputWidth * channels) << 2;
  }
}

export function repeatFloat(from: usize, count: i32, times: i32, to: usize): void {
  repeat<f32>(from, count, times, to);
}
