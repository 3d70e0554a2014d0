/** Plans that are made block by block, each in the lowest place that is left, in many orders. */

import { createRandom, type Random } from '../../core/random.ts';
import type { Distance, Placing, StaticBlock } from './static-block.ts';

/** A plan in words. */
export interface Placement {
  readonly offsets: readonly number[];
  readonly words: number;
}

interface Ordered extends Placement {
  readonly order: readonly number[];
  /** Pairs that lie over one another at the one distance at which they may. */
  readonly joined: number;
}

/** Conflicts looked at in one search; a second of a slow machine. */
const MAX_LOOKS = 2 ** 22;
const MAX_ROUNDS = 400;

/** Whether blocks are drawn to where another lies that they may share, even if lower places are free. */
type Taste = 'lowest' | 'joined';

/** Above ranges of places in the order of their least. */
function lowestFree(taken: readonly Distance[]): number {
  let place = 0;
  for (const { least, most } of taken) {
    if (least > place) break;
    place = Math.max(place, most + 1);
  }
  return place;
}

class FirstFit {
  readonly #placing: Placing;
  readonly #bound: number;
  #looks = 0;

  constructor(placing: Placing, bound: number) {
    this.#placing = placing;
    this.#bound = bound;
  }

  /** Places that what is placed already leaves to a block: not the `taken` ones, and those that it may share. */
  #choices(
    block: number,
    offsets: readonly number[],
  ): { taken: readonly Distance[]; shared: readonly number[] } {
    const { conflicts, conflictsOf } = this.#placing;
    this.#looks += conflictsOf[block].length;
    const taken: Distance[] = [];
    const shared: number[] = [];
    for (const index of conflictsOf[block]) {
      const { a, b, options, forbidden } = conflicts[index];
      const at = offsets[b === block ? a : b];
      if (at < 0) continue;
      const placesAt = ({ least, most }: Distance): Distance =>
        b === block ? { least: at + least, most: at + most } : { least: at - most, most: at - least };
      taken.push(...forbidden.map(placesAt));
      for (const option of options) if (option.least === option.most) shared.push(placesAt(option).least);
    }
    return { taken: taken.sort((a, b) => a.least - b.least), shared: shared.sort((a, b) => a - b) };
  }

  #place(block: number, offsets: readonly number[], taste: Taste): { offset: number; joined: number } {
    const { taken, shared } = this.#choices(block, offsets);
    const isFree = (place: number): boolean =>
      place >= 0 && taken.every(({ least, most }) => place < least || place > most);
    const offset = (taste === 'joined' ? shared.find(isFree) : undefined) ?? lowestFree(taken);
    return { offset, joined: shared.filter((place) => place === offset).length };
  }

  run(order: readonly number[], taste: Taste): Ordered {
    const offsets = new Array<number>(order.length).fill(-1);
    let words = 0;
    let joined = 0;
    for (const block of order) {
      const place = this.#place(block, offsets, taste);
      offsets[block] = place.offset;
      joined += place.joined;
      words = Math.max(words, place.offset + this.#placing.sizes[block]);
    }
    return { order, offsets, words, joined };
  }

  /** By size, by lifetime, by both, and in the order of use. */
  #starts(): number[][] {
    const lifetime = ({ first, last }: StaticBlock): number => last - first + 1;
    const ranks: readonly ((block: StaticBlock) => number)[] = [
      ({ bytes }) => -bytes,
      (block) => -lifetime(block),
      (block) => -block.bytes * lifetime(block),
      ({ first }) => first,
      ({ last }) => -last,
    ];
    const { blocks } = this.#placing;
    return ranks.map((rank) => [...blocks.keys()].sort((a, b) => rank(blocks[a]) - rank(blocks[b]) || a - b));
  }

  /** Another order: one block earlier, more often one at the top than any. */
  #changed({ order, offsets, words }: Ordered, random: Random): number[] {
    const next = [...order];
    const atTop = next.findIndex((block) => offsets[block] + this.#placing.sizes[block] === words);
    const from = random.below(2) === 0 ? atTop : random.below(next.length);
    const [moved] = next.splice(from, 1);
    next.splice(random.below(from + 1), 0, moved);
    return next;
  }

  search(): Placement {
    const better = (a: Ordered, b: Ordered): Ordered =>
      b.words < a.words || (b.words === a.words && b.joined > a.joined) ? b : a;
    const starts = this.#starts();
    let best = starts
      .flatMap((order) => [this.run(order, 'joined'), this.run(order, 'lowest')])
      .reduce(better);
    const random = createRandom(1, 'static plan');
    for (let round = 0; round < MAX_ROUNDS && best.words > this.#bound && this.#looks < MAX_LOOKS; round++) {
      const order = this.#changed(best, random);
      const [joined, lowest] = [this.run(order, 'joined'), this.run(order, 'lowest')];
      const other = better(joined, lowest);
      // What is not worse leads on.
      if (other.words <= best.words) best = other;
    }
    return best;
  }
}

/** The smallest of many such plans; none is smaller than `bound` words, where the search ends. */
export function searchFirstFit(placing: Placing, bound: number): Placement {
  return placing.blocks.length === 0 ? { offsets: [], words: 0 } : new FirstFit(placing, bound).search();
}
