/** What the padding operators share. */

import * as z from 'zod';
import type { Shape } from '../../../core/tensor.ts';
import { indexOfOffsets, type Move, stridesOf } from '../../../kernels/move.ts';
import { type Columns, oneByOne } from '../../columns.ts';
import { requirePerAxis } from '../movement.ts';

/** Elements put before and after along an axis. */
export type Padding = readonly [before: number, after: number];

const amount = z.int().nonnegative();
export const paddingsSchema = z.array(z.tuple([amount, amount]).readonly()).readonly();

export function inferPadded(paddings: readonly Padding[], input: Shape): Shape {
  requirePerAxis('paddings', paddings, input);
  return input.map((size, axis) => paddings[axis][0] + size + paddings[axis][1]);
}

/** Nothing is put anywhere. */
export function addsNothing({ paddings }: { readonly paddings: readonly Padding[] }): boolean {
  return paddings.flat().every((count) => count === 0);
}

/** Only where nothing is put along the axis. */
export function paddedColumns(
  { paddings }: { readonly paddings: readonly Padding[] },
  axis: number,
): Columns | undefined {
  const [before, after] = paddings[axis];
  return before + after === 0 ? oneByOne(axis) : undefined;
}

/** A tensor and what is put around it. */
export interface Padded {
  readonly shape: Shape;
  readonly paddings: readonly Padding[];
}

/** The input in the middle, −1 around it. */
export function padMove({ shape, paddings }: Padded): Move {
  const strides = stridesOf(shape);
  const axes = paddings.map(([before, after], axis) =>
    Int32Array.from({ length: before + shape[axis] + after }, (_, at) => {
      const own = at - before;
      return own >= 0 && own < shape[axis] ? own * strides[axis] : -1;
    }),
  );
  return { index: indexOfOffsets(axes) };
}
