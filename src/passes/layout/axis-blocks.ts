/** A RESHAPE behind a change of the order of axes, said in front of it. */

import { elementCount, type Shape } from '../../core/tensor.ts';
import type { Permutation } from './permutation.ts';

export interface ReshapedFirst {
  /** Of what the permutation is applied to afterwards. */
  readonly newShape: Shape;
  readonly permutation: Permutation;
}

/** Positions of the axes that are longer than 1. */
function longAxes(shape: Shape): number[] {
  return shape.flatMap((size, axis) => (size === 1 ? [] : [axis]));
}

interface Block {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** The least groups of axes that have as many elements as a group of axes on the other side. */
function blocksOf(from: Shape, to: Shape): readonly Block[] {
  const [sources, targets] = [longAxes(from), longAxes(to)];
  const blocks: Block[] = [];
  while (sources.length > 0) {
    const block = { from: [sources.shift() as number], to: [targets.shift() as number] };
    const size = (shape: Shape, axes: readonly number[]): number =>
      elementCount(axes.map((axis) => shape[axis]));
    while (size(from, block.from) !== size(to, block.to)) {
      if (size(from, block.from) < size(to, block.to)) block.from.push(sources.shift() as number);
      else block.to.push(targets.shift() as number);
    }
    blocks.push(block);
  }
  return blocks;
}

/**
 * `shape`, permuted and then reshaped to `newShape`, as another reshape and a permutation behind it; undefined where axes that the
 * permutation has parted grow together.
 */
export function reshapedFirst(
  shape: Shape,
  permutation: Permutation,
  newShape: Shape,
): ReshapedFirst | undefined {
  const moved = permutation.map((axis) => shape[axis]);
  const rank = new Map(longAxes(shape).map((axis, index) => [axis, index]));
  const placeOf = (axis: number): number => rank.get(permutation[axis]) as number;
  const blocks = blocksOf(moved, newShape);
  const together = blocks.every(({ from }) =>
    from.every((axis, index) => index === 0 || placeOf(axis) === placeOf(from[index - 1]) + 1),
  );
  if (!together) return undefined;
  const ordered = [...blocks].sort((a, b) => placeOf(a.from[0]) - placeOf(b.from[0]));
  // Axes of length 1 stay behind the axis that they stand behind.
  const followers = (axis: number): number[] => {
    let end = axis + 1;
    while (newShape[end] === 1) end++;
    return Array.from({ length: end - axis }, (_, index) => axis + index);
  };
  const first = longAxes(newShape)[0] ?? newShape.length;
  const leading = Array.from({ length: first }, (_, axis) => axis);
  const order = [...leading, ...ordered.flatMap(({ to }) => to.flatMap(followers))];
  return {
    newShape: order.map((axis) => newShape[axis]),
    permutation: newShape.map((_, axis) => order.indexOf(axis)),
  };
}
