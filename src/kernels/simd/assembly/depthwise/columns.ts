/**
 * The gradient of nine taps, four channels at a time, over lines with a window around every pixel: each pixel is loaded once for the
 * three windows of a line that it belongs to, whose gradients are in registers beside nine sums.
 */

import { sum } from './sums';

/**
 * Adds what `lines` lines of at least two windows give to taps that lie `step` bytes apart, as pixels do. `pixels` is the first one under
 * the upper taps of the first line.
 */
export function addLines(pixels: usize, gradients: usize, step: usize, line: usize, taps: usize, lines: i32): void {
  const s0 = taps, s1 = s0 + 3 * step, s2 = s1 + 3 * step;
  let s00 = v128.load(s0), s01 = v128.load(s0 + step), s02 = v128.load(s0 + 2 * step);
  let s10 = v128.load(s1), s11 = v128.load(s1 + step), s12 = v128.load(s1 + 2 * step);
  let s20 = v128.load(s2), s21 = v128.load(s2 + step), s22 = v128.load(s2 + 2 * step);
  const line2 = 2 * line;
  for (let l = 0; l < lines; l++, pixels += line) {
    let here = v128.load(gradients);
    gradients += step;
    let next = v128.load(gradients);
    let x = v128.load(pixels);
    s01 = sum(s01, x, here);
    s00 = sum(s00, x, next);
    x = v128.load(pixels + line);
    s11 = sum(s11, x, here);
    s10 = sum(s10, x, next);
    x = v128.load(pixels + line2);
    s21 = sum(s21, x, here);
    s20 = sum(s20, x, next);
    const last = pixels + line - step;
    let p = pixels + step;
    for (; p != last; p += step) {
      x = v128.load(p);
      const x1 = v128.load(p + line);
      const x2 = v128.load(p + line2);
      let dy = v128.load(gradients - step);
      s02 = sum(s02, x, dy);
      s12 = sum(s12, x1, dy);
      s22 = sum(s22, x2, dy);
      dy = v128.load(gradients);
      s01 = sum(s01, x, dy);
      s11 = sum(s11, x1, dy);
      s21 = sum(s21, x2, dy);
      gradients += step;
      dy = v128.load(gradients);
      s00 = sum(s00, x, dy);
      s10 = sum(s10, x1, dy);
      s20 = sum(s20, x2, dy);
    }
    here = v128.load(gradients - step);
    next = v128.load(gradients);
    x = v128.load(p);
    s02 = sum(s02, x, here);
    s01 = sum(s01, x, next);
    x = v128.load(p + line);
    s12 = sum(s12, x, here);
    s11 = sum(s11, x, next);
    x = v128.load(p + line2);
    s22 = sum(s22, x, here);
    s21 = sum(s21, x, next);
    gradients += step;
  }
  v128.store(s0, s00); v128.store(s0 + step, s01); v128.store(s0 + 2 * step, s02);
  v128.store(s1, s10); v128.store(s1 + step, s11); v128.store(s1 + 2 * step, s12);
  v128.store(s2, s20); v128.store(s2 + step, s21); v128.store(s2 + 2 * step, s22);
}
