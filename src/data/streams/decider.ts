/** The layer behind a network that listens all the time; `targets/firmware/streams/` has the twin in C. */

import type { Decision } from '../../core/samples/decision.ts';

/** What an answer of the network comes to. */
export interface Verdict {
  /** The class that is heard from this answer on; undefined where nothing begins. */
  readonly begins: number | undefined;
  /** The class that is being heard. */
  readonly heard: number | undefined;
}

export interface Decider {
  /** Scores of one answer: what its outputs are above their zero point. */
  decide(scores: ArrayLike<number>): Verdict;
  reset(): void;
}

/** The class whose sum is the largest among those that reach theirs; the first of equals. */
function loudest(sums: Int32Array, on: readonly number[]): number | undefined {
  let best: number | undefined;
  for (let i = 0; i < sums.length; i++) {
    if (on[i] > 0 && sums[i] >= on[i] && (best === undefined || sums[i] > sums[best])) best = i;
  }
  return best;
}

export function createDecider({ smoothing, on, off, gap }: Decision): Decider {
  const classes = on.length;
  const scoresOf = new Int32Array(smoothing * classes);
  const sums = new Int32Array(classes);
  let answers = 0;
  let since = gap;
  let heard: number | undefined;
  const add = (scores: ArrayLike<number>): void => {
    const slot = (answers++ % smoothing) * classes;
    for (let i = 0; i < classes; i++) {
      sums[i] += scores[i] - scoresOf[slot + i];
      scoresOf[slot + i] = scores[i];
    }
  };
  return {
    decide(scores) {
      add(scores);
      if (since < gap) since++;
      if (heard !== undefined && sums[heard] < off[heard]) heard = undefined;
      const begins =
        heard === undefined && since >= gap && answers >= smoothing ? loudest(sums, on) : undefined;
      if (begins !== undefined) {
        heard = begins;
        since = 0;
      }
      return { begins, heard };
    },
    reset() {
      scoresOf.fill(0);
      sums.fill(0);
      [answers, since, heard] = [0, gap, undefined];
    },
  };
}
