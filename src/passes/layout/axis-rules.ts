/**
 * How an operator says the same of operands whose axes lie in another order. `permutation` makes the operand that it reads
 * of the one that it is to read; the result makes what it makes of what it will make.
 */

import type { AttributesOf, OpKind } from '../../ops/index.ts';
import { type Permutation, unpermuted, withoutAxes } from './permutation.ts';

export interface Moved {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly permutation: Permutation;
}

/** Of the first operand alone; others, which are not laid out as it is, stay. Undefined where the order cannot change. */
type AxisRule<Kind extends OpKind> = (
  attributes: AttributesOf<Kind>,
  permutation: Permutation,
) => Moved | undefined;

type AxisRules = { readonly [Kind in OpKind]?: AxisRule<Kind> };

function positive(axis: number, permutation: Permutation): number {
  return axis < 0 ? axis + permutation.length : axis;
}

/** One axis by number; the output has the axes of the input. */
function alongAxis({ axis }: { readonly axis: number }, permutation: Permutation): Moved {
  return { attributes: { axis: permutation[positive(axis, permutation)] }, permutation };
}

function paddings({ paddings: around }: AttributesOf<'pad'>, permutation: Permutation): Moved {
  return { attributes: { paddings: unpermuted(around, permutation) }, permutation };
}

function reduction({ axes, keepDims }: AttributesOf<'mean'>, permutation: Permutation): Moved {
  return {
    attributes: { axes: axes.map((axis) => permutation[axis]).sort((a, b) => a - b) },
    permutation: keepDims ? permutation : withoutAxes(permutation, new Set(axes)),
  };
}

/** Works along the last axis alone. */
function alongLast(_: unknown, permutation: Permutation): Moved | undefined {
  const last = permutation.length - 1;
  return permutation[last] === last ? { attributes: {}, permutation } : undefined;
}

/** Bit i of a mask is axis i. */
function permutedMask(mask: number, permutation: Permutation): number {
  return permutation.reduce((bits, axis, index) => bits | (((mask >> index) & 1) << axis), 0);
}

function axesOfMask(mask: number, rank: number): ReadonlySet<number> {
  return new Set(Array.from({ length: rank }, (_, axis) => axis).filter((axis) => (mask >> axis) & 1));
}

export const AXIS_RULES: AxisRules = {
  broadcast_to: ({ shape }, permutation) =>
    shape.length === permutation.length
      ? { attributes: { shape: unpermuted(shape, permutation) }, permutation }
      : undefined,
  gather: ({ axis, batchDims }, permutation) =>
    batchDims === 0 ? alongAxis({ axis }, permutation) : undefined,
  l2_normalization: alongLast,
  log_softmax: alongLast,
  mean: reduction,
  mirror_pad: paddings,
  pad: paddings,
  padv2: paddings,
  reduce_max: reduction,
  reduce_min: reduction,
  slice: ({ begin, size }, permutation) => ({
    attributes: { begin: unpermuted(begin, permutation), size: unpermuted(size, permutation) },
    permutation,
  }),
  softmax: alongLast,
  split: alongAxis,
  split_v: alongAxis,
  strided_slice: ({ begin, end, strides, beginMask, endMask, shrinkAxisMask }, permutation) =>
    begin.length === permutation.length
      ? {
          attributes: {
            begin: unpermuted(begin, permutation),
            end: unpermuted(end, permutation),
            strides: unpermuted(strides, permutation),
            beginMask: permutedMask(beginMask, permutation),
            endMask: permutedMask(endMask, permutation),
            shrinkAxisMask: permutedMask(shrinkAxisMask, permutation),
          },
          permutation: withoutAxes(permutation, axesOfMask(shrinkAxisMask, permutation.length)),
        }
      : undefined,
  sum: reduction,
  tile: ({ multiples }, permutation) => ({
    attributes: { multiples: unpermuted(multiples, permutation) },
    permutation,
  }),
};
