/** The gradient of a convolution's image, output by output, of those elements of their gradients that are not zero. */

import { Geometry, pixelBytesOf, zeroFloats } from '../geometry';
import { listRow, lists, PAIR } from './nonzeros';

@inline
function addTo(c: usize, sums: v128): void {
  v128.store(c, f32x4.add(v128.load(c), sums));
}

// to[…] += the sum of the elements of the list times what lies at their offsets.

@inline
function add24(end: usize, from: usize, to: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0;
  for (let list = lists(); list != end; list += PAIR) {
    const at = from + <usize>load<u32>(list);
    const x = v128.load32_splat(list, 4);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(at)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(at, 16)));
    s2 = f32x4.add(s2, f32x4.mul(x, v128.load(at, 32)));
    s3 = f32x4.add(s3, f32x4.mul(x, v128.load(at, 48)));
    s4 = f32x4.add(s4, f32x4.mul(x, v128.load(at, 64)));
    s5 = f32x4.add(s5, f32x4.mul(x, v128.load(at, 80)));
  }
  addTo(to, s0); addTo(to + 16, s1); addTo(to + 32, s2);
  addTo(to + 48, s3); addTo(to + 64, s4); addTo(to + 80, s5);
}

@inline
function add12(end: usize, from: usize, to: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0;
  for (let list = lists(); list != end; list += PAIR) {
    const at = from + <usize>load<u32>(list);
    const x = v128.load32_splat(list, 4);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(at)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(at, 16)));
    s2 = f32x4.add(s2, f32x4.mul(x, v128.load(at, 32)));
  }
  addTo(to, s0); addTo(to + 16, s1); addTo(to + 32, s2);
}

@inline
function sum4(end: usize, from: usize): v128 {
  let sum = f32x4.splat(0);
  for (let list = lists(); list != end; list += PAIR) {
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(list, 4), v128.load(from + <usize>load<u32>(list))));
  }
  return sum;
}

@inline
function addElement(c: usize, sum: f32): void {
  store<f32>(c, load<f32>(c) + sum);
}

/** Fewer than four; what lies behind them is summed too, and goes nowhere. */
function addFew(end: usize, from: usize, to: usize, count: i32): void {
  const sums = sum4(end, from);
  addElement(to, f32x4.extract_lane(sums, 0));
  if (count > 1) addElement(to + 4, f32x4.extract_lane(sums, 1));
  if (count > 2) addElement(to + 8, f32x4.extract_lane(sums, 2));
}

function addRun(end: usize, from: usize, to: usize, count: i32): void {
  for (; count >= 24; count -= 24, from += 96, to += 96) add24(end, from, to);
  for (; count >= 12; count -= 12, from += 48, to += 48) add12(end, from, to);
  for (; count >= 4; count -= 4, from += 16, to += 16) addTo(to, sum4(end, from));
  if (count > 0) addFew(end, from, to, count);
}

/** Whether windows are three lines of a multiple of 24 floats. */
export function isThreeLines(g: Geometry): bool {
  return g.kernelHeight == 3 && g.dilationWidth == 1 && g.kernelWidth * g.channels % 24 == 0;
}

/**
 * These lines, with few loops: behind those over a list, whose length is anyone's guess, processors guess
 * wrong about others too.
 */
function addThreeLines(end: usize, weights: usize, runBytes: usize, to: usize, lineStep: usize): void {
  for (const last = weights + runBytes; weights != last; weights += 96, to += 96) {
    add24(end, weights, to);
    add24(end, weights + runBytes, to + lineStep);
    add24(end, weights + 2 * runBytes, to + 2 * lineStep);
  }
}

/** As `convolveBackwardImage`. */
export function spreadSparse(g: Geometry, dOutput: usize, transposed: usize, n: i32, dImage: usize): void {
  const width = g.width;
  const channels = g.channels;
  const kernelWidth = g.kernelWidth;
  const kernelHeight = g.kernelHeight;
  const pixelBytes = pixelBytesOf(g);
  // Taps that lie side by side are one run.
  const isDilated = g.dilationWidth > 1;
  const runs = isDilated ? kernelWidth : 1;
  const run = isDilated ? channels : kernelWidth * channels;
  const runBytes = <usize>run << 2;
  const runStep = <usize>g.dilationWidth * pixelBytes;
  const lineStep = <usize>(g.dilationHeight * width) * pixelBytes;
  const step = kernelHeight * kernelWidth * channels << 2;
  const inThreeLines = isThreeLines(g);
  zeroFloats(dImage, g.height * width * channels);
  for (let oy = 0; oy < g.outputHeight; oy++) {
    let window = dImage + <usize>(oy * g.strideHeight * width) * pixelBytes;
    for (let ox = g.outputWidth; ox > 0; ox--, dOutput += <usize>n << 2, window += <usize>g.strideWidth * pixelBytes) {
      const end = listRow(dOutput, n, step);
      if (end == lists()) continue;
      if (inThreeLines) {
        addThreeLines(end, transposed, runBytes, window, lineStep);
        continue;
      }
      let weights = transposed;
      let line = window;
      for (let ky = 0; ky < kernelHeight; ky++, line += lineStep) {
        let pixels = line;
        for (let r = 0; r < runs; r++, weights += runBytes, pixels += runStep) addRun(end, weights, pixels, run);
      }
    }
  }
}
