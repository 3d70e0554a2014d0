/** The sizes of CMSIS-NN's working memory where its functions branch. */

import { describe, expect, it } from 'vitest';
import {
  averagePoolBytes,
  type ConvolutionGeometry,
  convolveS8Bytes,
  convolveS16Bytes,
  type DepthwiseGeometry,
  depthwiseS4Bytes,
  depthwiseS8Bytes,
  reversedFilterBytes,
  type TransposeConvGeometry,
  transposeConvBytes,
} from '../../src/planner/kernels/cmsis-nn/buffers.ts';

describe('working memory of CONV_2D', () => {
  const pointwise: ConvolutionGeometry = {
    inputChannels: 6,
    filterChannels: 6,
    filter: [1, 1],
    dilations: [1, 1],
  };

  it('is two columns of the image as int16, rounded up to 4 elements', () => {
    expect(convolveS8Bytes({ ...pointwise, filter: [3, 3] })).toBe(2 * 56 * 2);
    expect(convolveS8Bytes({ ...pointwise, inputChannels: 4, filterChannels: 4, filter: [3, 3] })).toBe(144);
  });

  it('is nothing for 1x1', () => {
    expect(convolveS8Bytes(pointwise)).toBe(0);
  });

  it.each<[string, Partial<ConvolutionGeometry>]>([
    ['dilated rows', { dilations: [2, 1] }],
    ['dilated columns', { dilations: [1, 2] }],
    ['groups', { filterChannels: 3 }],
  ])('is that of other windows for 1x1 with %s', (_, change) => {
    expect(convolveS8Bytes({ ...pointwise, ...change })).toBe(2 * 8 * 2);
  });

  it('does not know 1xN without MVE', () => {
    expect(convolveS8Bytes({ ...pointwise, inputChannels: 3, filterChannels: 3, filter: [1, 7] })).toBe(96);
  });

  it('is not rounded for int16, nor left out for 1x1', () => {
    expect(convolveS16Bytes(3, [3, 3])).toBe(2 * 27 * 2);
    expect(convolveS16Bytes(3, [1, 1])).toBe(12);
  });
});

describe('working memory of DEPTHWISE_CONV_2D', () => {
  const window5x5: DepthwiseGeometry = {
    batches: 1,
    inputChannels: 7,
    outputChannels: 7,
    filter: [5, 5],
    dilations: [1, 1],
  };

  it('is the window of all channels as int16', () => {
    expect(depthwiseS8Bytes(window5x5)).toBe(7 * 25 * 2);
    expect(depthwiseS4Bytes(window5x5)).toBe(7 * 25 * 2);
  });

  it('is nothing for int8 3x3', () => {
    const window3x3: DepthwiseGeometry = { ...window5x5, filter: [3, 3] };
    expect(depthwiseS8Bytes(window3x3)).toBe(0);
    expect(depthwiseS4Bytes(window3x3)).toBe(126);
    expect(depthwiseS8Bytes({ ...window3x3, filter: [3, 1] })).toBe(42);
    expect(depthwiseS8Bytes({ ...window3x3, filter: [1, 3] })).toBe(42);
  });

  it.each<[string, Partial<DepthwiseGeometry>]>([
    ['a depth multiplier', { outputChannels: 14 }],
    ['two batches', { batches: 2 }],
    ['dilated rows', { dilations: [2, 1] }],
    ['dilated columns', { dilations: [1, 2] }],
  ])('is nothing with %s', (_, change) => {
    expect(depthwiseS8Bytes({ ...window5x5, ...change })).toBe(0);
    expect(depthwiseS4Bytes({ ...window5x5, ...change })).toBe(0);
  });
});

describe('working memory of TRANSPOSE_CONV', () => {
  const geometry: TransposeConvGeometry = {
    inputWidth: 5,
    inputChannels: 16,
    outputChannels: 3,
    filter: [2, 4],
    strides: [1, 2],
  };

  it('holds the sums of as many rows as overlap', () => {
    expect(transposeConvBytes(geometry)).toBe((4 * 2 + 4) * 3 * 2 * 4);
    expect(reversedFilterBytes(geometry)).toBe(0);
  });

  it('takes the vertical stride where it is greater than the filter, in both directions', () => {
    expect(transposeConvBytes({ ...geometry, strides: [5, 1] })).toBe((4 * 1 + 5) * 3 * 5 * 4);
    expect(transposeConvBytes({ ...geometry, strides: [1, 5] })).toBe((4 * 5 + 4) * 3 * 2 * 4);
  });

  it('is that of a convolution, and the reversed filter, from 17 channels on', () => {
    const reversed: TransposeConvGeometry = { ...geometry, inputChannels: 17, strides: [2, 2] };
    expect(transposeConvBytes(reversed)).toBe(2 * 136 * 2);
    expect(reversedFilterBytes(reversed)).toBe(17 * 8 * 3);
    expect(reversedFilterBytes({ ...reversed, strides: [3, 2] })).toBe(0);
    expect(reversedFilterBytes({ ...reversed, strides: [2, 3] })).toBe(0);
  });
});

it('sums each channel of AVERAGE_POOL_2D in 32 bits', () => {
  expect(averagePoolBytes(17)).toBe(68);
});
