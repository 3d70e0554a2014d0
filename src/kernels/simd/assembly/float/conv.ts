/** float32 convolutions and products with a matrix. Every sum is taken in the order of its elements. */

import { fillColumns } from '../columns';
import { finishEight, FloatLimits } from './finish';
import { Sliding } from '../sliding';

/** sums[4, 8] of four columns of `length`. `weights` are [length, 8 channels]. */
@inline
function fourColumns(column: usize, columnBytes: usize, weights: usize, sums: usize): void {
  const column1 = column + columnBytes;
  const column2 = column1 + columnBytes;
  const column3 = column2 + columnBytes;
  let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00;
  let s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  for (let at: usize = 0; at < columnBytes; at += 4, weights += 32) {
    const w0 = v128.load(weights);
    const w1 = v128.load(weights, 16);
    let x = v128.load32_splat(column + at);
    s00 = f32x4.add(s00, f32x4.mul(x, w0));
    s01 = f32x4.add(s01, f32x4.mul(x, w1));
    x = v128.load32_splat(column1 + at);
    s10 = f32x4.add(s10, f32x4.mul(x, w0));
    s11 = f32x4.add(s11, f32x4.mul(x, w1));
    x = v128.load32_splat(column2 + at);
    s20 = f32x4.add(s20, f32x4.mul(x, w0));
    s21 = f32x4.add(s21, f32x4.mul(x, w1));
    x = v128.load32_splat(column3 + at);
    s30 = f32x4.add(s30, f32x4.mul(x, w0));
    s31 = f32x4.add(s31, f32x4.mul(x, w1));
  }
  v128.store(sums, s00); v128.store(sums, s01, 16);
  v128.store(sums, s10, 32); v128.store(sums, s11, 48);
  v128.store(sums, s20, 64); v128.store(sums, s21, 80);
  v128.store(sums, s30, 96); v128.store(sums, s31, 112);
}

@inline
function oneColumn(column: usize, columnBytes: usize, weights: usize, sums: usize): void {
  let s0 = f32x4.splat(0), s1 = s0;
  for (const end = column + columnBytes; column < end; column += 4, weights += 32) {
    const x = v128.load32_splat(column);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(weights)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(weights, 16)));
  }
  v128.store(sums, s0); v128.store(sums, s1, 16);
}

/**
 * `chunk` output pixels at a time: `scratch` holds sums[chunk, 8], and behind them columns of `length` each, which are
 * the input itself where every window is one pixel and all are taken.
 */
export function convFloat(sliding: usize, limitsAt: usize, bias: usize, weights: usize, length: i32, chunk: i32, scratch: usize, input: usize, output: usize): void {
  const s = changetype<Sliding>(sliding);
  const limits = changetype<FloatLimits>(limitsAt);
  const channels = limits.channels;
  const columnBytes = <usize>length << 2;
  const columns = scratch + (<usize>chunk << 5);
  const pixels = s.batches * s.outputHeight * s.outputWidth;
  const isPixel = s.filterHeight == 1 && s.filterWidth == 1 && s.strideHeight == 1 && s.strideWidth == 1;
  const direct = isPixel && s.outputHeight == s.inputHeight && s.outputWidth == s.inputWidth;
  for (let first = 0; first < pixels; first += chunk) {
    const count = min(chunk, pixels - first);
    if (!direct) fillColumns<f32>(s, input, first, first + count, columns, columnBytes);
    const start = direct ? input + <usize>first * columnBytes : columns;
    let block = weights;
    for (let channel = 0; channel < channels; channel += 8, block += columnBytes << 3) {
      let column = start;
      let to = scratch;
      let i = 0;
      for (; i + 4 <= count; i += 4, column += 4 * columnBytes, to += 128) fourColumns(column, columnBytes, block, to);
      for (; i < count; i++, column += columnBytes, to += 32) oneColumn(column, columnBytes, block, to);
      finishEight(limits, bias, scratch, count, output + ((<usize>first * channels) << 2), channel);
    }
  }
}
