/**
 * Whether blocks fit into so many words: branch and bound over the ways in which pairs may lie, with the range of places
 * that is left to each block. It looks at every way or says that it did not.
 */

import type { Placing } from './static-block.ts';

/** What the search may still cost: pairs looked at. */
export interface Budget {
  left: number;
}

/** Offsets in words; `none` is a proof, `unknown` the end of the budget. */
export type Answer = readonly number[] | 'none' | 'unknown';

/** What is still possible. */
interface State {
  /** The least and the greatest place of each block. */
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** Of each conflict, the ways that are left, as bits. */
  readonly ways: Int32Array;
}

class ExactSearch {
  readonly #placing: Placing;
  readonly #budget: Budget;

  constructor(placing: Placing, budget: Budget) {
    this.#placing = placing;
    this.#budget = budget;
  }

  run(words: number): Answer {
    const { sizes, conflicts } = this.#placing;
    const state: State = {
      low: new Int32Array(sizes.length),
      high: Int32Array.from(sizes, (size) => words - size),
      ways: Int32Array.from(conflicts, ({ options }) => 2 ** options.length - 1),
    };
    if (state.high.some((place) => place < 0)) return 'none';
    return this.#narrow(state, [...sizes.keys()]) ? this.#branch(state) : 'none';
  }

  /** Takes away what cannot be, beginning with the neighbours of some blocks; false where nothing is left. */
  #narrow(state: State, moved: number[]): boolean {
    const waiting = new Set(moved);
    for (const block of waiting) {
      waiting.delete(block);
      for (const index of this.#placing.conflictsOf[block]) {
        if (!this.#revise(state, index, waiting)) return false;
      }
    }
    return true;
  }

  #revise({ low, high, ways }: State, index: number, waiting: Set<number>): boolean {
    this.#budget.left--;
    const { a, b, options } = this.#placing.conflicts[index];
    let left = 0;
    let least = Infinity;
    let most = -Infinity;
    for (const [way, option] of options.entries()) {
      if ((ways[index] & (1 << way)) === 0) continue;
      if (option.least > high[b] - low[a] || option.most < low[b] - high[a]) continue;
      left |= 1 << way;
      least = Math.min(least, option.least);
      most = Math.max(most, option.most);
    }
    ways[index] = left;
    if (left === 0) return false;
    const raise = (block: number, place: number): void => {
      if (place <= low[block]) return;
      low[block] = place;
      waiting.add(block);
    };
    const lower = (block: number, place: number): void => {
      if (place >= high[block]) return;
      high[block] = place;
      waiting.add(block);
    };
    raise(b, low[a] + least);
    lower(b, high[a] + most);
    raise(a, low[b] - most);
    lower(a, high[b] - least);
    return low[a] <= high[a] && low[b] <= high[b];
  }

  /** Of the pairs that do not fit with every block as low as it may be, the one whose smaller block is largest. */
  #undecided({ low, ways }: State): number | undefined {
    const { sizes, conflicts } = this.#placing;
    this.#budget.left -= conflicts.length;
    let chosen: number | undefined;
    let weight = -1;
    for (const [index, { a, b, options }] of conflicts.entries()) {
      const distance = low[b] - low[a];
      const fits = options.some(
        ({ least, most }, way) => (ways[index] & (1 << way)) !== 0 && least <= distance && distance <= most,
      );
      const own = Math.min(sizes[a], sizes[b]);
      if (fits || own <= weight) continue;
      chosen = index;
      weight = own;
    }
    return chosen;
  }

  /** Ways of a pair, first those at one distance alone, then those that leave the most room. */
  #waysOf({ low, high, ways }: State, index: number): number[] {
    const { a, b, options } = this.#placing.conflicts[index];
    const room = ({ least, most }: (typeof options)[number]): number =>
      least === most ? Infinity : Math.min(most, high[b] - low[a]) - Math.max(least, low[b] - high[a]);
    return [...options.keys()]
      .filter((way) => (ways[index] & (1 << way)) !== 0)
      .sort((x, y) => (room(options[y]) > room(options[x]) ? 1 : -1));
  }

  #branch(state: State): Answer {
    const index = this.#undecided(state);
    if (index === undefined) return Array.from(state.low);
    const { a, b } = this.#placing.conflicts[index];
    for (const way of this.#waysOf(state, index)) {
      if (this.#budget.left <= 0) return 'unknown';
      const next = { low: state.low.slice(), high: state.high.slice(), ways: state.ways.slice() };
      next.ways[index] = 1 << way;
      const answer = this.#narrow(next, [a, b]) ? this.#branch(next) : 'none';
      if (answer !== 'none') return answer;
    }
    return 'none';
  }
}

/** Larger problems are not looked at. */
const MAX_CONFLICTS = 2000;

/** Places for all blocks within `words`. */
export function fitInto(placing: Placing, words: number, budget: Budget): Answer {
  if (placing.conflicts.length > MAX_CONFLICTS) return 'unknown';
  return new ExactSearch(placing, budget).run(words);
}
