/** How far over its input a walk may write. */

import { simplified, type Walk, type WalkLoop } from './walk.ts';

/** Where each round of loops begins, in their order. */
function places(loops: readonly WalkLoop[], first: number, side: 'from' | 'to'): number[] {
  return loops.reduce(
    (starts, loop) =>
      starts.flatMap((start) => Array.from({ length: loop.count }, (_, i) => start + i * loop[side])),
    [first],
  );
}

/** The `before` of a walk whose elements have so many bytes: nothing is written over what itself or anything later is made of. */
export function bytesBeforeWalk(walk: Walk, elementBytes: number): number {
  const { loops, from, to } = simplified(walk);
  const last = loops.at(-1);
  const run = last?.from === 1 && last.to === 1 ? last.count : 1;
  const around = run > 1 ? loops.slice(0, -1) : loops;
  const reads = places(around, from, 'from');
  const writes = places(around, to, 'to');
  let least = Infinity;
  let before = -Infinity;
  for (let round = reads.length - 1; round >= 0; round--) {
    least = Math.min(least, reads[round]);
    before = Math.max(before, writes[round] + run - least);
  }
  return before * elementBytes;
}
