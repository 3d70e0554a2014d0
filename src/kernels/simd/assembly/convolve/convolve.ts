/** Convolutions of an image to which its padding belongs: a line of a window lies in one piece, and is multiplied there. */

import { BLOCK, gemm, PANEL_COLUMN, panel, restOfRows, setRows } from '../gemm';
import { Geometry } from '../geometry';
import { isSparse } from './nonzeros';
import { convolvePlane, isPlane, planeBackwardKernel } from './plane';
import { addSparseKernel } from './sparse-kernel';
import { turn } from '../turn';

/** To the panel, all lines of four windows: their elements of a column lie side by side. */
function packWindows(image: usize, lineStep: usize, pixelStep: usize, lines: i32, piece: i32): void {
  const bytes = <usize>piece << 2;
  const whole = bytes & ~15;
  let to = panel;
  for (let l = 0; l < lines; l++, image += lineStep) {
    let at: usize = 0;
    for (; at < whole; at += 16, to += 4 * PANEL_COLUMN) turn(image + at, pixelStep, to, PANEL_COLUMN);
    for (; at < bytes; at += 4, to += PANEL_COLUMN) {
      const from = image + at;
      store<f32>(to, load<f32>(from));
      store<f32>(to, load<f32>(from + pixelStep), 4);
      store<f32>(to, load<f32>(from + 2 * pixelStep), 8);
      store<f32>(to, load<f32>(from + 3 * pixelStep), 12);
    }
  }
}

/** Four windows, all lines of whose taps fit into a panel, as rows of a product. */
function multiplyWindows(image: usize, lineStep: usize, pixelStep: usize, lines: i32, piece: i32, kernel: usize, n: i32, output: usize): void {
  const row = <usize>n << 2;
  packWindows(image, lineStep, pixelStep, lines, piece);
  const k = lines * piece;
  setRows(panel, PANEL_COLUMN, kernel, row, output, row, n, k);
  const whole = n & ~3;
  const column = <usize>whole << 2;
  if (whole < n) restOfRows(panel, PANEL_COLUMN, kernel + column, row, output + column, row, n - whole, k, 0);
}

export function convolve(g: Geometry, image: usize, kernel: usize, n: i32, output: usize): void {
  const channels = g.channels;
  const kernelHeight = g.kernelHeight;
  const outputWidth = g.outputWidth;
  if (isPlane(g, n)) {
    convolvePlane(g, image, kernel, n, output);
    return;
  }
  const piece = g.kernelWidth * channels;
  const pixelStep = g.strideWidth * channels;
  const lineBytes = <usize>(g.width * channels) << 2;
  const lineStep = <usize>g.dilationHeight * lineBytes;
  const kernelBytes = <usize>(piece * n) << 2;
  const pixelBytes = <usize>n << 2;
  // Windows side by side are columns of one product as they are.
  const packed = pixelStep > 1 && n >= 4 && kernelHeight * piece <= BLOCK ? outputWidth & ~3 : 0;
  for (let oy = 0; oy < g.outputHeight; oy++, output += <usize>outputWidth * pixelBytes) {
    const line = image + <usize>(oy * g.strideHeight) * lineBytes;
    for (let ox = 0; ox < packed; ox += 4) {
      const from = line + (<usize>(ox * pixelStep) << 2);
      multiplyWindows(from, lineStep, <usize>pixelStep << 2, kernelHeight, piece, kernel, n, output + <usize>ox * pixelBytes);
    }
    if (packed == outputWidth) continue;
    const rest = output + <usize>packed * pixelBytes;
    for (let ky = 0; ky < kernelHeight; ky++) {
      const from = line + <usize>ky * lineStep + (<usize>(packed * pixelStep) << 2);
      gemm(from, pixelStep, 1, kernel + <usize>ky * kernelBytes, n, rest, n, outputWidth - packed, n, piece, <i32>(ky > 0));
    }
  }
}

/** Shorter lines of windows fill no registers. */
const LEAST_PIECE: i32 = 16;
/** Rows of a kernel for which lists are made as fast as they are multiplied, and those for which that is next to nothing. */
const FEW_ROWS: i32 = 16;
const MANY_ROWS: i32 = 40;

/** So many eighths of the gradient of an output are better multiplied with all the rest of it, for some rows of the kernel. */
@inline
function denseFrom(g: Geometry, rows: i32): i32 {
  if (g.kernelWidth * g.channels < LEAST_PIECE || rows < FEW_ROWS) return 0;
  return rows < MANY_ROWS ? 2 : 6;
}

export function convolveBackwardKernel(g: Geometry, image: usize, dOutput: usize, n: i32, dKernel: usize, from: i32, to: i32): void {
  if (isPlane(g, n)) {
    planeBackwardKernel(g, image, dOutput, n, dKernel, from, to);
    return;
  }
  if (isSparse(dOutput, g.outputHeight * g.outputWidth, n, denseFrom(g, to - from))) {
    addSparseKernel(g, image, dOutput, n, dKernel, from, to);
    return;
  }
  const channels = g.channels;
  const outputHeight = g.outputHeight;
  const outputWidth = g.outputWidth;
  const dilationHeight = g.dilationHeight;
  const strideHeight = g.strideHeight;
  const piece = g.kernelWidth * channels;
  const pixelStep = g.strideWidth * channels;
  const lineBytes = <usize>(g.width * channels) << 2;
  const outputBytes = <usize>(outputWidth * n) << 2;
  while (from < to) {
    const ky = from / piece;
    const offset = from % piece;
    const rows = min(piece - offset, to - from);
    const target = dKernel + (<usize>(from * n) << 2);
    let line = image + <usize>(ky * dilationHeight) * lineBytes + (<usize>offset << 2);
    let gradient = dOutput;
    for (let oy = 0; oy < outputHeight; oy++, line += <usize>strideHeight * lineBytes, gradient += outputBytes) {
      gemm(line, 1, pixelStep, gradient, n, target, n, rows, n, outputWidth, 1);
    }
    from += rows;
  }
}
