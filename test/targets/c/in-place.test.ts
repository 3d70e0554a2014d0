import { describe, expect, it } from 'vitest';
import type { Window } from '../../../src/kernels/window.ts';
import { pixelsMayLieInPlace } from '../../../src/targets/c/window-overlap.ts';

/** A square window on an image of 6 by 6 with so much padding before it. */
function window(filter: number, stride: number, pad: number, output: number): Window {
  return {
    batches: 1,
    inputHeight: 6,
    inputWidth: 6,
    outputHeight: output,
    outputWidth: output,
    filterHeight: filter,
    filterWidth: filter,
    strideHeight: stride,
    strideWidth: stride,
    dilationHeight: 1,
    dilationWidth: 1,
    padTop: pad,
    padLeft: pad,
  };
}

describe('pixelsMayLieInPlace', () => {
  it.each([
    ['whole images', window(6, 1, 0, 1), true],
    ['pixels by themselves', window(1, 1, 0, 6), true],
    ['pairs without overlap', window(2, 2, 0, 3), true],
    ['windows that overlap by one pixel', window(3, 2, 0, 2), true],
    ['the same with padding before', window(3, 2, 1, 3), true],
    ['windows that move by one pixel', window(3, 1, 0, 4), true],
    ['the same with padding before', window(3, 1, 1, 6), false],
  ])('%s', (_, one, expected) => {
    expect(pixelsMayLieInPlace(one)).toBe(expected);
  });
});
