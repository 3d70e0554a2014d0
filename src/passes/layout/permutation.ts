/** Orders of axes: axis i of what is moved is axis `permutation[i]` of what it was. */

import { elementCount, type Shape, type TensorData } from '../../core/tensor.ts';
import { stridesOf } from '../../kernels/move.ts';

export type Permutation = readonly number[];

export function permuted<T>(values: readonly T[], permutation: Permutation): T[] {
  return permutation.map((axis) => values[axis]);
}

/** What is given for each axis of the moved tensor, for each axis of what it was. */
export function unpermuted<T>(values: readonly T[], permutation: Permutation): T[] {
  return permuted(values, inverse(permutation));
}

export function inverse(permutation: Permutation): number[] {
  return permutation.map((_, axis) => permutation.indexOf(axis));
}

/** First `before`, then `after`. */
export function composed(before: Permutation, after: Permutation): number[] {
  return permuted(before, after);
}

export function samePermutation(a: Permutation, b: Permutation): boolean {
  return a.length === b.length && a.every((axis, index) => axis === b[index]);
}

/** Without some axes of the moved tensor. */
export function withoutAxes(permutation: Permutation, dropped: ReadonlySet<number>): number[] {
  const kept = permutation.filter((_, axis) => !dropped.has(axis));
  const order = [...kept].sort((a, b) => a - b);
  return kept.map((axis) => order.indexOf(axis));
}

/** Whether elements stay in their order: only axes of length 1 change places. */
export function keepsOrder(shape: Shape, permutation: Permutation): boolean {
  const long = permutation.filter((axis) => shape[axis] !== 1);
  return long.every((axis, index) => index === 0 || long[index - 1] < axis);
}

/** For each element of the moved tensor, row-major, where it was in one of `shape`. */
export function sourceIndices(shape: Shape, permutation: Permutation): Uint32Array {
  const strides = permuted(stridesOf(shape), permutation);
  const sizes = permuted(shape, permutation);
  const indices = new Uint32Array(elementCount(shape));
  const at = new Array<number>(sizes.length).fill(0);
  let from = 0;
  for (let to = 0; to < indices.length; to++) {
    indices[to] = from;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++at[axis] < sizes[axis]) break;
      from -= strides[axis] * sizes[axis];
      at[axis] = 0;
    }
  }
  return indices;
}

export function permutedData<Data extends TensorData>(
  data: Data,
  shape: Shape,
  permutation: Permutation,
): Data {
  const moved = data.slice() as Data;
  for (const [to, from] of sourceIndices(shape, permutation).entries()) moved[to] = data[from];
  return moved;
}
