import type { Window } from '../window.ts';

/** The fields of `assembly/sliding.ts`. */
export function slidingFields(window: Window, depth: number): Int32Array {
  return Int32Array.of(
    window.batches,
    window.inputHeight,
    window.inputWidth,
    window.outputHeight,
    window.outputWidth,
    window.filterHeight,
    window.filterWidth,
    window.strideHeight,
    window.strideWidth,
    window.dilationHeight,
    window.dilationWidth,
    window.padTop,
    window.padLeft,
    depth,
  );
}

/** A window of one pixel upon each pixel of a row: a product with a matrix, seen as a convolution. */
export function pixelByPixel(pixels: number): Window {
  return {
    batches: 1,
    inputHeight: 1,
    inputWidth: pixels,
    outputHeight: 1,
    outputWidth: pixels,
    filterHeight: 1,
    filterWidth: 1,
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
    padTop: 0,
    padLeft: 0,
  };
}

export function outputPixels({ batches, outputHeight, outputWidth }: Window): number {
  return batches * outputHeight * outputWidth;
}
