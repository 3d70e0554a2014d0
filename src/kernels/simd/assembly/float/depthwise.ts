/** float32 depthwise convolutions: eight channels of a row of output pixels at a time, tap after tap. */

import { finishEight, FloatLimits } from './finish';
import { endInside, firstInside, repeat, Sliding } from '../sliding';

/** `channels` is a multiple of 8; weights are [taps, channels], sums are [output width, 8]. */
@inline
function sumRow(s: Sliding, top: i32, firstY: i32, endY: i32, image: usize, weights: usize, channels: usize, sums: usize): void {
  const pixelBytes = <usize>s.depth << 2;
  const pixelStep = <usize>s.dilationWidth * pixelBytes;
  const tapBytes = channels << 2;
  for (let x = 0; x < s.outputWidth; x++, sums += 32) {
    const left = x * s.strideWidth - s.padLeft;
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
