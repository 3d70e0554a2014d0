/** The geometry of sliding windows as TFLM computes it (tflite-micro 90b983c, `ComputePaddingHeightWidth`). */

import * as z from 'zod';
import { INT32_MAX } from '../core/fixed-point.ts';
import { formatShape, type Shape } from '../core/tensor.ts';
import type { Window } from '../kernels/window.ts';
import { shapeError } from './conditions.ts';

export const paddingSchema = z.enum(['same', 'valid']);
export type Padding = z.infer<typeof paddingSchema>;

/** Along height and width. */
const pixels = z.int().positive().max(INT32_MAX);
export const pairSchema = z.tuple([pixels, pixels]).readonly();
export type Pair = z.infer<typeof pairSchema>;

/** What a window does, whatever it slides over. */
export interface Sliding {
  readonly padding: Padding;
  readonly filter: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
}

/** Batch, height, width and depth. */
export type ImageShape = readonly [number, number, number, number];

export const NOT_DILATED: Pair = [1, 1];

export function requireImage(what: string, shape: Shape): ImageShape {
  if (shape.length !== 4) {
    throw shapeError(`${what} has shape ${formatShape(shape)} instead of four dimensions`);
  }
  return [shape[0], shape[1], shape[2], shape[3]];
}

/** Pixels from the first to the last tap. */
export function reachOf({ filter, dilations }: Sliding, axis: 0 | 1): number {
  return (filter[axis] - 1) * dilations[axis] + 1;
}

function positionsAlong(sliding: Sliding, image: number, axis: 0 | 1): number {
  const reach = reachOf(sliding, axis);
  const stride = sliding.strides[axis];
  const end = sliding.padding === 'same' ? image : image - reach + 1;
  if (end < 1 || reach > INT32_MAX) {
    throw shapeError(`a window that reaches over ${reach} pixels does not fit into an image of ${image}`);
  }
  return Math.ceil(end / stride);
}

/** How many windows there are along height and width of an image; refuses those that do not fit into it. */
export function positions(sliding: Sliding, [, height, width]: ImageShape): Pair {
  return [positionsAlong(sliding, height, 0), positionsAlong(sliding, width, 1)];
}

/** Pixels before the image that the first window covers; where the sum is odd, one more is covered behind it. */
export function paddingBefore(sliding: Sliding, [, height, width]: ImageShape): Pair {
  const before = (image: number, axis: 0 | 1): number => {
    if (sliding.padding === 'valid') return 0;
    const covered =
      (positionsAlong(sliding, image, axis) - 1) * sliding.strides[axis] + reachOf(sliding, axis);
    return Math.floor(Math.max(0, covered - image) / 2);
  };
  return [before(height, 0), before(width, 1)];
}

/** What a kernel needs; `frame` is the image that the window slides over: a transposed convolution's output. */
export function windowOf(sliding: Sliding, input: Shape, output: Shape, frame: Shape = input): Window {
  const { filter, strides, dilations } = sliding;
  const [padTop, padLeft] = paddingBefore(sliding, requireImage('the image', frame));
  return {
    batches: input[0],
    inputHeight: input[1],
    inputWidth: input[2],
    outputHeight: output[1],
    outputWidth: output[2],
    filterHeight: filter[0],
    filterWidth: filter[1],
    strideHeight: strides[0],
    strideWidth: strides[1],
    dilationHeight: dilations[0],
    dilationWidth: dilations[1],
    padTop,
    padLeft,
  };
}
