/**
 * Memory of a program whose every step is known when it is compiled: one buffer, in which each value has a place from the
 * step that writes it to the last that reads it.
 */

import { alignUp } from '../../core/alignment.ts';

/** Places begin at multiples of so many bytes: a word of the machine. */
export const WORD_BYTES = 4;

/** Something that needs memory from its first to its last step, both included. */
export interface StaticBlock {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** Where every block lies. */
export interface StaticPlan {
  /** One for each block, in bytes. */
  readonly offsets: readonly number[];
  /** What all of them take together. */
  readonly bytes: number;
  /** What the steps need at least: no plan is smaller. */
  readonly lowerBound: number;
}

function meet(a: StaticBlock, b: StaticBlock): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** The most that lives during one step. */
function lowerBoundOf(blocks: readonly StaticBlock[]): number {
  let most = 0;
  for (const { first } of blocks) {
    const alive = blocks.filter((other) => other.first <= first && first <= other.last);
    most = Math.max(
      most,
      alive.reduce((sum, { bytes }) => sum + alignUp(bytes, WORD_BYTES), 0),
    );
  }
  return most;
}

/** The lowest gap between what is placed already and lives at the same time. */
function lowestGap(block: StaticBlock, placed: readonly { block: StaticBlock; offset: number }[]): number {
  const others = placed.filter((other) => meet(block, other.block)).sort((a, b) => a.offset - b.offset);
  const bytes = alignUp(block.bytes, WORD_BYTES);
  let at = 0;
  for (const other of others) {
    if (at + bytes <= other.offset) break;
    at = Math.max(at, other.offset + alignUp(other.block.bytes, WORD_BYTES));
  }
  return at;
}

/** Largest blocks first, each into the lowest gap. */
export function planStatic(blocks: readonly StaticBlock[]): StaticPlan {
  const order = blocks.map((_, index) => index).sort((a, b) => blocks[b].bytes - blocks[a].bytes || a - b);
  const offsets = new Array<number>(blocks.length).fill(0);
  const placed: { block: StaticBlock; offset: number }[] = [];
  let bytes = 0;
  for (const index of order) {
    const block = blocks[index];
    const offset = lowestGap(block, placed);
    placed.push({ block, offset });
    offsets[index] = offset;
    bytes = Math.max(bytes, offset + alignUp(block.bytes, WORD_BYTES));
  }
  return { offsets, bytes, lowerBound: lowerBoundOf(blocks) };
}
