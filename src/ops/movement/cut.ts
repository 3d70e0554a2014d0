/** What operators share that cut a tensor along one axis into outputs. */

import type { Shape } from '../../core/tensor.ts';
import { indexOfOffsets, type Move, stepOffsets } from '../../kernels/move.ts';
import { aroundAxis } from './movement.ts';

/** One table for each piece; the sizes add up to the axis. */
export function cutMoves(input: Shape, axis: number, sizes: readonly number[]): Move[] {
  const { outer, axis: whole, inner } = aroundAxis(input, axis);
  const rows = stepOffsets(outer, whole * inner);
  let start = 0;
  return sizes.map((size) => {
    const piece = stepOffsets(size * inner, 1, start);
    start += size * inner;
    return { index: indexOfOffsets([rows, piece]) };
  });
}
