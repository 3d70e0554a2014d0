/** Keras' windows as geometries of the kernels; one-dimensional ones are images of height 1. */

import type { Shape } from '../../../core/tensor.ts';
import type { Geometry } from '../../../kernels/training/kernels.ts';

export interface WindowSpec {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: 'valid' | 'same';
}

/** [height, width] of a number, a pair, or one number for the steps. */
export function pair(value: number | readonly number[], rank: 1 | 2): readonly [number, number] {
  if (typeof value === 'number') return rank === 1 ? [1, value] : [value, value];
  return rank === 1 ? [1, value[0]] : [value[0], value[1]];
}

/** [height, width, channels] of a sample. */
export function imageShape(shape: Shape): readonly [number, number, number] {
  return shape.length === 2 ? [1, shape[0], shape[1]] : [shape[0], shape[1], shape[2]];
}

/** Zeros in front of the first element: TensorFlow puts the smaller half there. */
function padBefore(
  input: number,
  output: number,
  axis: number,
  { size, strides, dilation, padding }: WindowSpec,
): number {
  if (padding === 'valid') return 0;
  const reach = (size[axis] - 1) * dilation[axis] + 1;
  return Math.floor(Math.max((output - 1) * strides[axis] + reach - input, 0) / 2);
}

export function windowGeometry(input: Shape, output: Shape, window: WindowSpec): Geometry {
  const [height, width, channels] = imageShape(input);
  const [outputHeight, outputWidth] = imageShape(output);
  return {
    height,
    width,
    channels,
    kernelHeight: window.size[0],
    kernelWidth: window.size[1],
    strideHeight: window.strides[0],
    strideWidth: window.strides[1],
    dilationHeight: window.dilation[0],
    dilationWidth: window.dilation[1],
    padTop: padBefore(height, outputHeight, 0, window),
    padLeft: padBefore(width, outputWidth, 1, window),
    outputHeight,
    outputWidth,
  };
}
