/** The geometry of sliding windows as TFLM computes it (tflite-micro 90b983c, `ComputePaddingHeightWidth`). */

import * as z from 'zod';
import { INT32_MAX } from '../core/fixed-point.ts';
import { formatShape, type Shape } from '../core/tensor.ts';
import type { Window } from '../kernels/window.ts';
import { shapeError } from './conditions.ts';

/** What a file can say. */
export const namedPaddingSchema = z.enum(['same', 'valid']);
export type NamedPadding = z.infer<typeof namedPaddingSchema>;

const margin = z.int().nonnegative().max(INT32_MAX);

/** Pixels around an image, of which every window covers at least one of the image itself as well. No file has them. */
const marginsSchema = z.strictObject({ top: margin, bottom: margin, left: margin, right: margin });
export type Margins = Readonly<z.infer<typeof marginsSchema>>;

export const paddingSchema = z.union([namedPaddingSchema, marginsSchema.readonly()]);
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

/** Before and behind the image; refuses those in which a whole window could lie. */
function givenMargins(sliding: Sliding & { readonly padding: Margins }, axis: 0 | 1): Pair {
  const { top, bottom, left, right } = sliding.padding;
  const reach = reachOf(sliding, axis);
  const margins: Pair = axis === 0 ? [top, bottom] : [left, right];
  if (Math.max(...margins) >= reach) {
    throw shapeError(
      `a window that reaches over ${reach} pixels fits into a padding of ${Math.max(...margins)}`,
    );
  }
  return margins;
}

function hasMargins(sliding: Sliding): sliding is Sliding & { readonly padding: Margins } {
  return typeof sliding.padding === 'object';
}

function positionsAlong(sliding: Sliding, image: number, axis: 0 | 1): number {
  const reach = reachOf(sliding, axis);
  const stride = sliding.strides[axis];
  const [before, behind] = hasMargins(sliding) ? givenMargins(sliding, axis) : [0, 0];
  const end = sliding.padding === 'same' ? image : before + image + behind - reach + 1;
  if (end < 1 || reach > INT32_MAX) {
    throw shapeError(`a window that reaches over ${reach} pixels does not fit into an image of ${image}`);
  }
  return Math.ceil(end / stride);
}

/** How many windows there are along height and width of an image; refuses those that do not fit into it. */
export function positions(sliding: Sliding, [, height, width]: ImageShape): Pair {
  return [positionsAlong(sliding, height, 0), positionsAlong(sliding, width, 1)];
}

/** Pixels from the first tap of the first window to the last tap of the last one. */
function coveredAlong(sliding: Sliding, image: number, axis: 0 | 1): number {
  return (positionsAlong(sliding, image, axis) - 1) * sliding.strides[axis] + reachOf(sliding, axis);
}

/** Pixels before the image that the first window covers; of SAME one more is covered behind it where the sum is odd. */
export function paddingBefore(sliding: Sliding, [, height, width]: ImageShape): Pair {
  if (hasMargins(sliding)) return [givenMargins(sliding, 0)[0], givenMargins(sliding, 1)[0]];
  const before = (image: number, axis: 0 | 1): number =>
    sliding.padding === 'valid' ? 0 : Math.floor(Math.max(0, coveredAlong(sliding, image, axis) - image) / 2);
  return [before(height, 0), before(width, 1)];
}

/** The padding in pixels: as many windows at the same places, and no more behind the image than they cover. */
export function marginsOf(sliding: Sliding, image: ImageShape): Margins {
  const [top, left] = paddingBefore(sliding, image);
  const behind = (axis: 0 | 1, before: number): number =>
    Math.max(0, coveredAlong(sliding, image[axis + 1], axis) - before - image[axis + 1]);
  return { top, bottom: behind(0, top), left, right: behind(1, left) };
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
