/** Elements that are moved by loops in each other: what TRANSPOSE, SLICE, PAD, CONCATENATION and their like are made of. */

import type { StridedMove } from '../../kernels/move.ts';

/** How often, and how far apart, in elements, in input and output. */
export interface WalkLoop {
  readonly count: number;
  readonly from: number;
  readonly to: number;
}

/** The last loop is innermost; it begins at element `from` of the input and `to` of the output. */
export interface Walk {
  readonly loops: readonly WalkLoop[];
  readonly from: number;
  readonly to: number;
}

/** One that fills an output in order. */
export function walkOf({ counts, steps, start }: StridedMove): Walk {
  let to = 1;
  const loops: WalkLoop[] = [];
  for (let axis = counts.length - 1; axis >= 0; axis--) {
    loops.unshift({ count: counts[axis], from: steps[axis], to });
    to *= counts[axis];
  }
  return { loops, from: start, to: 0 };
}

/** The fewest loops that do the same: those of one turn go, and two that go on where the inner one ends are one. */
export function simplified(walk: Walk): Walk {
  const loops: WalkLoop[] = [];
  for (const loop of walk.loops) {
    if (loop.count === 1) continue;
    const outer = loops.at(-1);
    if (outer?.from === loop.from * loop.count && outer.to === loop.to * loop.count) {
      loops[loops.length - 1] = { ...loop, count: outer.count * loop.count };
    } else {
      loops.push(loop);
    }
  }
  return { ...walk, loops };
}
