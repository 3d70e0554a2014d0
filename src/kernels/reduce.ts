/** How the elements of a tensor fall upon those of its reduction along some axes, shared by the float and int8 kernels. */

import type { Shape } from '../core/tensor.ts';

export interface Reduction {
  /** The input is rows of so many elements, */
  readonly rowLength: number;
  /** each of which falls upon one element of the output (0) or upon as many one after another (1), */
  readonly rowStride: 0 | 1;
  /** here. */
  readonly rowStarts: Int32Array;
}

export function planReduction(shape: Shape, axes: readonly number[]): Reduction {
  const rowStride = axes.includes(shape.length - 1) ? 0 : 1;
  let rowLength = 1;
  let outer = shape.length;
  while (outer > 0 && axes.includes(outer - 1) === (rowStride === 0)) rowLength *= shape[--outer];

  let stride = rowStride === 1 ? rowLength : 1;
  let rowStarts = Int32Array.of(0);
  for (let axis = outer - 1; axis >= 0; axis--) {
    const kept = !axes.includes(axis);
    const inner = rowStarts;
    rowStarts = new Int32Array(inner.length * shape[axis]);
    for (let i = 0; i < rowStarts.length; i++) {
      const along = Math.floor(i / inner.length);
      rowStarts[i] = inner[i % inner.length] + (kept ? along * stride : 0);
    }
    if (kept) stride *= shape[axis];
  }
  return { rowLength, rowStride, rowStarts };
}
