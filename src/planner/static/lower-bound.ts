/** What no plan can do without. */

import type { Conflict, Placing } from './static-block.ts';

/** Among more blocks that may lie over each other, only the largest are looked at. */
const MAX_MEMBERS = 12;

/** Blocks that may lie over each other, by block; of each, the words that both cover together at the least. */
type Covers = ReadonlyMap<number, ReadonlyMap<number, number>>;

/** The fewest words that both blocks cover together, whose sizes are `a` and `b`. */
function leastCover({ options }: Conflict, a: number, b: number): number {
  // One lies within the other between these distances; further off, they cover more and more.
  const [low, high] = [Math.min(0, a - b), Math.max(0, a - b)];
  const covers = options.map(({ least, most }) => {
    if (least <= high && most >= low) return Math.max(a, b);
    const nearest = least > high ? least : most;
    return Math.min(a + b, Math.max(a, nearest + b) - Math.min(0, nearest));
  });
  return Math.min(...covers);
}

function coversOf({ sizes, conflicts }: Placing): Covers {
  const covers = new Map<number, Map<number, number>>(sizes.map((_, block) => [block, new Map()]));
  for (const conflict of conflicts) {
    const { a, b } = conflict;
    const words = leastCover(conflict, sizes[a], sizes[b]);
    if (words === sizes[a] + sizes[b]) continue;
    covers.get(a)?.set(b, words);
    covers.get(b)?.set(a, words);
  }
  return covers;
}

/** What lives during one step in groups, so that blocks of different groups never lie over each other. */
function groupsOf(alive: readonly number[], covers: Covers): number[][] {
  const left = new Set(alive);
  const groups: number[][] = [];
  for (const start of alive) {
    if (!left.delete(start)) continue;
    const group = [start];
    for (const block of group) {
      for (const other of covers.get(block)?.keys() ?? []) if (left.delete(other)) group.push(other);
    }
    groups.push(group);
  }
  return groups;
}

/** The most words of members of which no two may lie over each other. */
function heaviestApart(group: readonly number[], { sizes }: Placing, covers: Covers): number {
  const members = [...group].sort((a, b) => sizes[b] - sizes[a]).slice(0, MAX_MEMBERS);
  const heaviest = (from: number, chosen: readonly number[]): number => {
    if (from === members.length) return chosen.reduce((sum, block) => sum + sizes[block], 0);
    const block = members[from];
    const without = heaviest(from + 1, chosen);
    const fits = chosen.every((other) => covers.get(block)?.has(other) !== true);
    return fits ? Math.max(without, heaviest(from + 1, [...chosen, block])) : without;
  };
  return heaviest(0, []);
}

function heaviestPair(group: readonly number[], covers: Covers): number {
  const pairs = group.flatMap((a) => group.map((b) => covers.get(a)?.get(b) ?? 0));
  return Math.max(0, ...pairs);
}

/** Words that the blocks of some step cover at the least, however they lie. It ends at a step with more than `enough`. */
export function lowerBoundOf(placing: Placing, enough = Infinity): number {
  const { blocks } = placing;
  const covers = coversOf(placing);
  const atStep = (step: number): number => {
    const alive = [...blocks.keys()].filter(
      (index) => blocks[index].first <= step && step <= blocks[index].last,
    );
    return groupsOf(alive, covers).reduce(
      (sum, group) => sum + Math.max(heaviestApart(group, placing, covers), heaviestPair(group, covers)),
      0,
    );
  };
  let most = 0;
  for (const step of new Set(blocks.map(({ first }) => first))) {
    most = Math.max(most, atStep(step));
    if (most > enough) break;
  }
  return most;
}
