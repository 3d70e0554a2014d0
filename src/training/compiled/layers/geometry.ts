/** Keras' windows as geometries of the kernels; one-dimensional ones are images of height 1. */

import type { Shape } from '../../../core/tensor.ts';
import type { Geometry } from '../../../kernels/training/kernels.ts';
import { type Pair, paddingBefore, type Sliding } from '../../../ops/window.ts';

/** [height, width] of a number, a pair, or one number for the steps. */
export function pair(value: number | readonly number[], rank: 1 | 2): Pair {
  if (typeof value === 'number') return rank === 1 ? [1, value] : [value, value];
  return rank === 1 ? [1, value[0]] : [value[0], value[1]];
}

/** [height, width, channels] of a sample. */
export function imageShape(shape: Shape): readonly [number, number, number] {
  return shape.length === 2 ? [1, shape[0], shape[1]] : [shape[0], shape[1], shape[2]];
}

export function windowGeometry(input: Shape, output: Shape, window: Sliding): Geometry {
  const [height, width, channels] = imageShape(input);
  const [outputHeight, outputWidth] = imageShape(output);
  const [padTop, padLeft] = paddingBefore(window, [1, height, width, channels]);
  return {
    height,
    width,
    channels,
    kernelHeight: window.filter[0],
    kernelWidth: window.filter[1],
    strideHeight: window.strides[0],
    strideWidth: window.strides[1],
    dilationHeight: window.dilations[0],
    dilationWidth: window.dilations[1],
    padTop,
    padLeft,
    outputHeight,
    outputWidth,
  };
}

/** The same windows over an image to which the padding belongs, as far as windows reach. */
export function paddedGeometry(g: Geometry): Geometry {
  const reach = (outputs: number, stride: number, kernel: number, dilation: number): number =>
    (outputs - 1) * stride + (kernel - 1) * dilation + 1;
  const bottom = reach(g.outputHeight, g.strideHeight, g.kernelHeight, g.dilationHeight);
  const right = reach(g.outputWidth, g.strideWidth, g.kernelWidth, g.dilationWidth);
  return {
    ...g,
    height: Math.max(g.padTop + g.height, bottom),
    width: Math.max(g.padLeft + g.width, right),
    padTop: 0,
    padLeft: 0,
  };
}

/** Copies an image into the middle of one with its padding: a window of one pixel that starts outside the image. */
export function borderGeometry(g: Geometry, padded: Geometry): Geometry {
  const one = { kernelHeight: 1, kernelWidth: 1, strideHeight: 1, strideWidth: 1 };
  const undilated = { dilationHeight: 1, dilationWidth: 1 };
  return { ...g, ...one, ...undilated, outputHeight: padded.height, outputWidth: padded.width };
}
