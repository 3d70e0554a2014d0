/** What a static plan places, and how two blocks may lie. */

import { alignUp } from '../../core/alignment.ts';

/** Places begin at multiples of so many bytes: a word of the machine. */
export const WORD_BYTES = 4;

/** Something that needs memory from its first to its last step, both included. */
export interface StaticBlock {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** A range of distances, both ends included: where one block begins, less where another does. */
export interface Distance {
  readonly least: number;
  readonly most: number;
}

/** Two blocks that may lie over one another although they live at the same time: b begins so many bytes behind a. */
export interface Relation {
  readonly a: number;
  readonly b: number;
  readonly distance: Distance;
}

/** Two blocks that live at the same time, and all the ways in which they may lie, in words: b's place less a's. */
export interface Conflict {
  readonly a: number;
  readonly b: number;
  /** By their least; none lies within another. */
  readonly options: readonly Distance[];
  /** All other distances, by their least. */
  readonly forbidden: readonly Distance[];
}

/** Sizes and conflicts, in words. */
export interface Placing {
  readonly blocks: readonly StaticBlock[];
  readonly sizes: readonly number[];
  readonly conflicts: readonly Conflict[];
  /** Of each block, positions in `conflicts`. */
  readonly conflictsOf: readonly (readonly number[])[];
}

/** More ways than a pair of blocks has bits in a mask are not looked at. */
const MAX_OPTIONS = 30;

function within(inner: Distance, outer: Distance): boolean {
  return outer.least <= inner.least && inner.most <= outer.most;
}

/** Whole words that lie in a range of bytes; undefined where there are none. */
function inWords({ least, most }: Distance): Distance | undefined {
  const words = { least: Math.ceil(least / WORD_BYTES), most: Math.floor(most / WORD_BYTES) };
  return words.least <= words.most ? words : undefined;
}

function optionsOf(aWords: number, bWords: number, related: readonly Distance[]): Distance[] {
  const apart = [
    { least: aWords, most: Infinity },
    { least: -Infinity, most: -bWords },
  ];
  const all = [...apart, ...related.flatMap((distance) => inWords(distance) ?? [])];
  return all
    .filter((one, index) =>
      all.every((other, at) => at === index || !within(one, other) || (within(other, one) && index < at)),
    )
    .slice(0, MAX_OPTIONS)
    .sort((a, b) => (a.least < b.least ? -1 : 1));
}

/** The words between the ways, which begin with one without a least and end with one without a most. */
function between(options: readonly Distance[]): Distance[] {
  return options.slice(1).flatMap(({ least }, index) => {
    const gap = { least: options[index].most + 1, most: least - 1 };
    return gap.least <= gap.most ? [gap] : [];
  });
}

function meet(a: StaticBlock, b: StaticBlock): boolean {
  return a.first <= b.last && b.first <= a.last;
}

function reversed({ least, most }: Distance): Distance {
  return { least: -most, most: -least };
}

function distancesByPair(relations: readonly Relation[]): ReadonlyMap<string, readonly Distance[]> {
  const pairs = new Map<string, Distance[]>();
  for (const { a, b, distance } of relations) {
    const key = `${Math.min(a, b)} ${Math.max(a, b)}`;
    const known = pairs.get(key);
    const ordered = a < b ? distance : reversed(distance);
    if (known === undefined) pairs.set(key, [ordered]);
    else known.push(ordered);
  }
  return pairs;
}

/** Who may lie where beside whom. */
export function placingOf(blocks: readonly StaticBlock[], relations: readonly Relation[]): Placing {
  const sizes = blocks.map(({ bytes }) => alignUp(bytes, WORD_BYTES) / WORD_BYTES);
  const related = distancesByPair(relations);
  const conflicts: Conflict[] = [];
  const conflictsOf = blocks.map((): number[] => []);
  for (const [b, block] of blocks.entries()) {
    for (let a = 0; a < b; a++) {
      if (!meet(blocks[a], block)) continue;
      conflictsOf[a].push(conflicts.length);
      conflictsOf[b].push(conflicts.length);
      const options = optionsOf(sizes[a], sizes[b], related.get(`${a} ${b}`) ?? []);
      conflicts.push({ a, b, options, forbidden: between(options) });
    }
  }
  return { blocks, sizes, conflicts, conflictsOf };
}
