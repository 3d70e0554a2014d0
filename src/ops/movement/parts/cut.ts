/** What operators share that cut a tensor along one axis into outputs. */

import type { Shape } from '../../../core/tensor.ts';
import type { StridedMove } from '../../../kernels/move.ts';
import { aroundAxis } from '../movement.ts';

/** One walk for each piece; the sizes add up to the axis. */
export function cutWalks(input: Shape, axis: number, sizes: readonly number[]): StridedMove[] {
  const { outer, axis: whole, inner } = aroundAxis(input, axis);
  let start = 0;
  return sizes.map((size) => {
    const walk = { counts: [outer, size * inner], steps: [whole * inner, 1], start };
    start += size * inner;
    return walk;
  });
}
