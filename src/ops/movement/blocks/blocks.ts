/** Images whose pixels come in blocks: the shapes and tables of space_to_depth, batch_to_space_nd and their inverses. */

import * as z from 'zod';
import { formatShape, type Shape } from '../../../core/tensor.ts';
import { shapeError } from '../../conditions.ts';
import { requireRank } from '../movement.ts';

export const blockSizeAttributes = z.strictObject({ blockSize: z.int().positive() });

/** A batch of images. One of three axes [batch, height, channels] is an image one pixel wide. */
export interface Images {
  readonly batches: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export function imagesOf(shape: Shape): Images {
  const [batches, height] = shape;
  const [width, channels] = shape.length === 4 ? shape.slice(2) : [1, shape[2]];
  return { batches, height, width, channels };
}

export function requireDivisible(what: string, size: number, divisor: number): void {
  if (size % divisor !== 0) throw shapeError(`the ${size} ${what} do not divide by ${divisor}`);
}

/** Before and after, for each axis between batch and channels. */
export type Edges = readonly (readonly [before: number, after: number])[];

export const edgesSchema = z
  .array(z.tuple([z.int().nonnegative(), z.int().nonnegative()]).readonly())
  .readonly();
export const blockShapeSchema = z.array(z.int().positive()).readonly();

/** One block size and one pair of edges for each axis between batch and channels. */
export function requireBlocks(input: Shape, blockShape: readonly number[], edges: Edges): void {
  requireRank(input, 3, 4);
  if (blockShape.length !== input.length - 2 || edges.length !== input.length - 2) {
    throw shapeError(
      `${formatShape(input)} needs ${input.length - 2} block sizes and edges, not ${blockShape.length} and ${edges.length}`,
    );
  }
}
