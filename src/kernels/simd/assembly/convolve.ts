/** Convolutions of an image to which its padding belongs: a line of a window lies in one piece, and is multiplied there. */

import { gemm } from './gemm';
import { Geometry } from './geometry';

export function convolve(g: Geometry, image: usize, kernel: usize, n: i32, output: usize): void {
  const channels = g.channels;
  const kernelHeight = g.kernelHeight;
  const outputHeight = g.outputHeight;
  const outputWidth = g.outputWidth;
  const dilationHeight = g.dilationHeight;
  const strideHeight = g.strideHeight;
  const piece = g.kernelWidth * channels;
  const pixelStep = g.strideWidth * channels;
  const lineBytes = <usize>(g.width * channels) << 2;
  const kernelBytes = <usize>(piece * n) << 2;
  const outputBytes = <usize>(outputWidth * n) << 2;
  for (let oy = 0; oy < outputHeight; oy++, output += outputBytes) {
    for (let ky = 0; ky < kernelHeight; ky++) {
      const from = image + <usize>(oy * strideHeight + ky * dilationHeight) * lineBytes;
      gemm(from, pixelStep, 1, kernel + <usize>ky * kernelBytes, n, output, n, outputWidth, n, piece, <i32>(ky > 0));
    }
  }
}

export function convolveBackwardKernel(g: Geometry, image: usize, dOutput: usize, n: i32, dKernel: usize, from: i32, to: i32): void {
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
