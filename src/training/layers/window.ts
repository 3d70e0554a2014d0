/** Windows that move over one or two dimensions: how project files give their sizes, and how many places they take. */

import * as z from 'zod';
import { inputError } from '../../core/errors.ts';
import { formatShape, type Shape } from '../../core/tensor.ts';
import { NOT_DILATED, type Pair, positions, reachOf, type Sliding } from '../../ops/window.ts';

/** Of windows and strides. */
export const MAX_SIZE = 1024;

const size = z.int().min(1).max(MAX_SIZE);

/** Sizes for one dimension: `3` or `[3]`. */
export const sizes1d = z.union([size, z.tuple([size])]);
/** Sizes for height and width: `3` for both, or `[3, 5]`. */
export const sizes2d = z.union([size, z.tuple([size, size])]);

export const padding = z
  .enum(['valid', 'same'])
  .default('valid')
  .describe('valid: windows stay inside the input; same: zeros around it, so that stride 1 keeps the size.');

/** Keras' tuple for one number or several. */
export function tuple1d(sizes: z.output<typeof sizes1d>): [number] {
  return typeof sizes === 'number' ? [sizes] : sizes;
}

export function tuple2d(sizes: z.output<typeof sizes2d>): [number, number] {
  return typeof sizes === 'number' ? [sizes, sizes] : sizes;
}

const LAYOUTS = ['[steps, channels]', '[height, width, channels]'];

/** The dimensions that windows move over, and the channels; refuses inputs of another rank. */
export function splitChannels(rank: 1 | 2, input: Shape): { spatial: Shape; channels: number } {
  if (input.length !== rank + 1) {
    throw inputError(
      'layer-shape',
      `the input has shape ${formatShape(input)}, but the layer needs ${LAYOUTS[rank - 1]}.`,
      'Put a Reshape in front of it, or use a layer for that shape.',
    );
  }
  return { spatial: input.slice(0, rank), channels: input[rank] };
}

export interface Window {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly padding: 'valid' | 'same';
  /** Steps between the elements of a window; 1 by default. */
  readonly dilation?: readonly number[];
}

/** One dimension is an image of height 1. */
function alongImage(sizes: readonly number[]): Pair {
  return sizes.length === 1 ? [1, sizes[0]] : [sizes[0], sizes[1]];
}

function requireFit(sliding: Sliding, image: Pair, spatial: Shape): void {
  for (const axis of [0, 1] as const) {
    const reach = reachOf(sliding, axis);
    if (sliding.padding === 'same' || reach <= image[axis]) continue;
    throw inputError(
      'layer-shape',
      `a window of ${reach} does not fit into an input of ${formatShape(spatial)}.`,
      'Make it smaller, or use padding "same".',
    );
  }
}

/** How many places the window takes along each dimension; refuses windows larger than the input. */
export function windowPlaces(spatial: Shape, { size, strides, padding, dilation }: Window): number[] {
  const sliding: Sliding = {
    padding,
    filter: alongImage(size),
    strides: alongImage(strides),
    dilations: dilation === undefined ? NOT_DILATED : alongImage(dilation),
  };
  const image = alongImage(spatial);
  requireFit(sliding, image, spatial);
  return positions(sliding, [1, ...image, 1]).slice(-spatial.length);
}
