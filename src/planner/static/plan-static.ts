/**
 * Memory of a program whose every step is known when it is compiled: one buffer, in which each block has a place from its
 * first step to its last. The same blocks get the same plan, in bounded time.
 */

import { type Budget, fitInto } from './exact-search.ts';
import { type Placement, searchFirstFit } from './first-fit.ts';
import { lowerBoundOf } from './lower-bound.ts';
import { type Placing, placingOf, type Relation, type StaticBlock, WORD_BYTES } from './static-block.ts';

/** Where every block lies. */
export interface StaticPlan {
  /** One for each block, in bytes. */
  readonly offsets: readonly number[];
  /** What all of them take together. */
  readonly bytes: number;
  /** No plan of these blocks is smaller: equal to `bytes` where the plan is proven the best. */
  readonly lowerBound: number;
}

/** Pairs that the exact search looks at: a second or less. */
const MAX_LOOKS = 2 ** 22;
/** Of these, for one number of words. */
const LOOKS_FOR_ONE = 2 ** 20;

/**
 * Makes a plan smaller until it is the best or the budget ends. `proven`: words that are known to be needed; it starts there,
 * where the best plan is most often, and halves what is between.
 */
function improve(placing: Placing, first: Placement, bound: number): { best: Placement; proven: number } {
  let best = first;
  let proven = bound;
  let from = bound;
  let left = MAX_LOOKS;
  for (let words = bound; from < best.words && left > 0; words = Math.floor((from + best.words - 1) / 2)) {
    const budget: Budget = { left: Math.min(left, LOOKS_FOR_ONE) };
    left -= budget.left;
    const answer = fitInto(placing, words, budget);
    left += Math.max(0, budget.left);
    if (typeof answer !== 'string') {
      const ends = answer.map((offset, block) => offset + placing.sizes[block]);
      best = { offsets: answer, words: Math.max(...ends) };
      continue;
    }
    if (answer === 'none' && from === proven) proven = words + 1;
    from = words + 1;
  }
  return { best, proven };
}

/** Places blocks that live at the same time apart, but for those whose relations allow more. */
export function planStatic(blocks: readonly StaticBlock[], relations: readonly Relation[] = []): StaticPlan {
  const placing = placingOf(blocks, relations);
  const bound = lowerBoundOf(placing);
  const { best, proven } = improve(placing, searchFirstFit(placing, bound), bound);
  return {
    offsets: best.offsets.map((offset) => offset * WORD_BYTES),
    bytes: best.words * WORD_BYTES,
    lowerBound: proven * WORD_BYTES,
  };
}
