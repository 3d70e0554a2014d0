/** Convolutions of an image of one channel: few products for each element of a kernel, whose sums stay in registers for all taps. */

import { Geometry } from '../geometry';

/** Whether windows lie side by side, and eight columns at a time come out even. */
export function isPlane(g: Geometry, n: i32): bool {
  return g.channels == 1 && g.strideWidth == 1 && n % 8 == 0 && g.outputWidth >= 4;
}

/** Eight columns of four windows side by side, which are as many neighbours of every element under the first one. */
function sideBySide8(image: usize, lineStep: usize, lines: i32, piece: i32, kernel: usize, row: usize, output: usize): void {
  let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00;
  let s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  for (let l = 0; l < lines; l++, image += lineStep) {
    for (let at = image, end = image + (<usize>piece << 2); at != end; at += 4, kernel += row) {
      const b0 = v128.load(kernel);
      const b1 = v128.load(kernel, 16);
      let x = v128.load32_splat(at);
      s00 = f32x4.add(s00, f32x4.mul(x, b0));
      s01 = f32x4.add(s01, f32x4.mul(x, b1));
      x = v128.load32_splat(at, 4);
      s10 = f32x4.add(s10, f32x4.mul(x, b0));
      s11 = f32x4.add(s11, f32x4.mul(x, b1));
      x = v128.load32_splat(at, 8);
      s20 = f32x4.add(s20, f32x4.mul(x, b0));
      s21 = f32x4.add(s21, f32x4.mul(x, b1));
      x = v128.load32_splat(at, 12);
      s30 = f32x4.add(s30, f32x4.mul(x, b0));
      s31 = f32x4.add(s31, f32x4.mul(x, b1));
    }
  }
  v128.store(output, s00); v128.store(output, s01, 16);
  output += row;
  v128.store(output, s10); v128.store(output, s11, 16);
  output += row;
  v128.store(output, s20); v128.store(output, s21, 16);
  output += row;
  v128.store(output, s30); v128.store(output, s31, 16);
}

/** The last four may begin among those before them. */
export function convolvePlane(g: Geometry, image: usize, kernel: usize, n: i32, output: usize): void {
  const outputWidth = g.outputWidth;
  const lineBytes = <usize>g.width << 2;
  const row = <usize>n << 2;
  for (let oy = 0; oy < g.outputHeight; oy++, image += <usize>g.strideHeight * lineBytes, output += <usize>outputWidth * row) {
    for (let ox = 0; ox < outputWidth; ox += 4) {
      const first = <usize>min(ox, outputWidth - 4);
      const windows = image + (first << 2);
      const to = output + first * row;
      for (let j: usize = 0; j < row; j += 32) {
        sideBySide8(windows, <usize>g.dilationHeight * lineBytes, g.kernelHeight, g.kernelWidth, kernel + j, row, to + j);
      }
    }
  }
}

/** Eight columns of so many rows of the kernel, at most four, whose taps lie side by side. */
@inline
function addTaps(taps: i32, g: Geometry, image: usize, dOutput: usize, row: usize, to: usize): void {
  let s00 = v128.load(to), s01 = v128.load(to, 16);
  let s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  if (taps > 1) { s10 = v128.load(to + row); s11 = v128.load(to + row, 16); }
  if (taps > 2) { s20 = v128.load(to + 2 * row); s21 = v128.load(to + 2 * row, 16); }
  if (taps > 3) { s30 = v128.load(to + 3 * row); s31 = v128.load(to + 3 * row, 16); }
  const lineStep = <usize>(g.strideHeight * g.width) << 2;
  const outputBytes = <usize>g.outputWidth << 2;
  for (let oy = g.outputHeight; oy > 0; oy--, image += lineStep) {
    for (let at = image, end = image + outputBytes; at != end; at += 4, dOutput += row) {
      const b0 = v128.load(dOutput);
      const b1 = v128.load(dOutput, 16);
      let x = v128.load32_splat(at);
      s00 = f32x4.add(s00, f32x4.mul(x, b0));
      s01 = f32x4.add(s01, f32x4.mul(x, b1));
      if (taps > 1) {
        x = v128.load32_splat(at, 4);
        s10 = f32x4.add(s10, f32x4.mul(x, b0));
        s11 = f32x4.add(s11, f32x4.mul(x, b1));
      }
      if (taps > 2) {
        x = v128.load32_splat(at, 8);
        s20 = f32x4.add(s20, f32x4.mul(x, b0));
        s21 = f32x4.add(s21, f32x4.mul(x, b1));
      }
      if (taps > 3) {
        x = v128.load32_splat(at, 12);
        s30 = f32x4.add(s30, f32x4.mul(x, b0));
        s31 = f32x4.add(s31, f32x4.mul(x, b1));
      }
    }
  }
  v128.store(to, s00); v128.store(to, s01, 16);
  if (taps > 1) { v128.store(to + row, s10); v128.store(to + row, s11, 16); }
  if (taps > 2) { v128.store(to + 2 * row, s20); v128.store(to + 2 * row, s21, 16); }
  if (taps > 3) { v128.store(to + 3 * row, s30); v128.store(to + 3 * row, s31, 16); }
}

// Functions of their own, for the sake of registers.

function addTap(g: Geometry, image: usize, dOutput: usize, row: usize, to: usize): void {
  addTaps(1, g, image, dOutput, row, to);
}

function addTwoTaps(g: Geometry, image: usize, dOutput: usize, row: usize, to: usize): void {
  addTaps(2, g, image, dOutput, row, to);
}

function addThreeTaps(g: Geometry, image: usize, dOutput: usize, row: usize, to: usize): void {
  addTaps(3, g, image, dOutput, row, to);
}

function addFourTaps(g: Geometry, image: usize, dOutput: usize, row: usize, to: usize): void {
  addTaps(4, g, image, dOutput, row, to);
}

export function planeBackwardKernel(g: Geometry, image: usize, dOutput: usize, n: i32, dKernel: usize, from: i32, to: i32): void {
  const kernelWidth = g.kernelWidth;
  const lineStep = <usize>(g.dilationHeight * g.width) << 2;
  const row = <usize>n << 2;
  while (from < to) {
    const kx = from % kernelWidth;
    const taps = min(min(kernelWidth - kx, to - from), 4);
    const windows = image + <usize>(from / kernelWidth) * lineStep + (<usize>kx << 2);
    const target = dKernel + <usize>from * row;
    for (let j: usize = 0; j < row; j += 32) {
      if (taps == 4) addFourTaps(g, windows, dOutput + j, row, target + j);
      else if (taps == 3) addThreeTaps(g, windows, dOutput + j, row, target + j);
      else if (taps == 2) addTwoTaps(g, windows, dOutput + j, row, target + j);
      else addTap(g, windows, dOutput + j, row, target + j);
    }
    from += taps;
  }
}
