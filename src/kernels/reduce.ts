/** How the elements of a tensor fall upon those of its reduction along some axes, shared by the float and int8 kernels. */

import type { Shape } from '../core/tensor.ts';

/** A tensor and the axes that disappear, or shrink to 1. */
export interface Reduced {
  readonly shape: Shape;
  readonly axes: readonly number[];
}

export interface Reduction {
  /** The input is rows of so many elements, */
  readonly rowLength: number;
  /** each of which falls upon one element of the output (0) or upon as many one after another (1), */
  readonly rowStride: 0 | 1;
  /** here. */
  readonly rowStarts: Int32Array;
}

export function planReduction({ shape, axes }: Reduced): Reduction {
  const reduced = new Set(axes);
  const rowStride = reduced.has(shape.length - 1) ? 0 : 1;
  let rowLength = 1;
  let outer = shape.length;
  while (outer > 0 && reduced.has(outer - 1) === (rowStride === 0)) rowLength *= shape[--outer];

  let stride = rowStride === 1 ? rowLength : 1;
  let rowStarts = Int32Array.of(0);
  for (let axis = outer - 1; axis >= 0; axis--) {
    const dimension = shape[axis];
    if (dimension === 1) continue;
    const inner = rowStarts;
    const step = reduced.has(axis) ? 0 : stride;
    rowStarts = new Int32Array(inner.length * dimension);
    for (let i = 0; i < rowStarts.length; i++) {
      rowStarts[i] = inner[i % inner.length] + Math.floor(i / inner.length) * step;
    }
    if (step > 0) stride *= dimension;
  }
  return { rowLength, rowStride, rowStarts };
}
