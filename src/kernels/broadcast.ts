/** Elementwise walks over two operands whose shapes broadcast, shared by the float and int8 kernels. */

import type { Shape } from '../core/tensor.ts';

/** Where element i of the output finds its operands; `undefined` where that is simply i. */
export interface BroadcastIndex {
  readonly a: Int32Array | undefined;
  readonly b: Int32Array | undefined;
}

function operandIndex(shape: Shape, output: Shape): Int32Array | undefined {
  const lead = output.length - shape.length;
  if (output.every((dimension, axis) => (shape[axis - lead] ?? 1) === dimension)) return undefined;
  const size = output.reduce((product, dimension) => product * dimension, 1);
  const index = new Int32Array(size);
  let stride = 1;
  let repeat = 1;
  for (let axis = output.length - 1; axis >= 0; axis--) {
    const dimension = shape[axis - lead] ?? 1;
    if (dimension > 1) {
      for (let i = 0; i < size; i++) index[i] += (Math.floor(i / repeat) % dimension) * stride;
      stride *= dimension;
    }
    repeat *= output[axis];
  }
  return index;
}

export function broadcastIndex(a: Shape, b: Shape, output: Shape): BroadcastIndex {
  return { a: operandIndex(a, output), b: operandIndex(b, output) };
}
