/**
 * Looks for a placement of activations that needs a smaller arena than the one TFLM's planner finds by itself. The
 * result goes into the model as `OfflineMemoryAllocation`. The same model gives the same plan, in bounded time.
 */

import { createRandom, type Random } from '../core/random.ts';
import type { ModelOutline } from '../ir/outline.ts';
import type { ArenaPlan, ArenaTarget, PlannedBuffer } from './arena-plan.ts';
import { NOT_PLANNED_OFFLINE } from './buffer-requests.ts';
import { planArena } from './plan-arena.ts';

/** Pairs of buffers looked at in one search: a second or two. */
const MAX_WORK = 2 ** 24;
const MAX_ROUNDS = 4000;
/** Models with more are left to TFLM. */
const MAX_BUFFERS_SEARCHED = 1000;

interface Placement {
  /** Buffers in the order they were placed, each as low as it fits. */
  readonly order: readonly number[];
  readonly offsets: readonly number[];
  readonly headBytes: number;
}

export interface FoundPlacement extends Placement {
  /** Pairs of buffers that the search looked at, on which its time depends. */
  readonly pairsSeen: number;
}

function overlapInTime(a: PlannedBuffer, b: PlannedBuffer): boolean {
  return a.firstUse <= b.lastUse && b.firstUse <= a.lastUse;
}

/** By buffer, those in use at the same time. */
function neighbours(buffers: readonly PlannedBuffer[]): (readonly number[])[] {
  const all = [...buffers.keys()];
  return all.map((a) => all.filter((b) => a !== b && overlapInTime(buffers[a], buffers[b])));
}

/** No placement is smaller: what is in use at one time lies side by side. */
function leastHeadBytes(buffers: readonly PlannedBuffer[]): number {
  const atTime = (time: number): number =>
    buffers.reduce(
      (sum, { bytes, firstUse, lastUse }) => (firstUse <= time && time <= lastUse ? sum + bytes : sum),
      0,
    );
  const starts = new Set(buffers.map(({ firstUse }) => firstUse));
  return Math.max(0, ...[...starts].map(atTime));
}

class Search {
  readonly #buffers: readonly PlannedBuffer[];
  readonly #neighbours: readonly (readonly number[])[];
  readonly #least: number;
  #pairsSeen = 0;

  constructor(buffers: readonly PlannedBuffer[]) {
    this.#buffers = buffers;
    this.#neighbours = neighbours(buffers);
    this.#least = leastHeadBytes(buffers);
  }

  #place(order: readonly number[]): Placement {
    const offsets: number[] = new Array<number>(order.length).fill(-1);
    let headBytes = 0;
    for (const index of order) {
      const { bytes } = this.#buffers[index];
      this.#pairsSeen += this.#neighbours[index].length;
      const placed = this.#neighbours[index].filter((other) => offsets[other] >= 0);
      placed.sort((a, b) => offsets[a] - offsets[b]);
      let offset = 0;
      for (const other of placed) {
        if (offsets[other] - offset >= bytes) break;
        offset = Math.max(offset, offsets[other] + this.#buffers[other].bytes);
      }
      offsets[index] = offset;
      headBytes = Math.max(headBytes, offset + bytes);
    }
    return { order, offsets, headBytes };
  }

  /** By size, by lifetime, by both, and in the order of use. */
  #starts(): number[][] {
    const lifetime = ({ firstUse, lastUse }: PlannedBuffer): number => lastUse - firstUse + 1;
    const ranks: readonly ((buffer: PlannedBuffer) => number)[] = [
      ({ bytes }) => -bytes,
      (buffer) => -lifetime(buffer),
      (buffer) => -buffer.bytes * lifetime(buffer),
      ({ firstUse }) => firstUse,
      ({ lastUse }) => -lastUse,
    ];
    const all = [...this.#buffers.keys()];
    return ranks.map((rank) => [...all].sort((a, b) => rank(this.#buffers[a]) - rank(this.#buffers[b])));
  }

  /** Another order: one buffer earlier, more often one at the top than any. */
  #changed({ order, offsets, headBytes }: Placement, random: Random): number[] {
    const next = [...order];
    const atTop = next.findIndex((index) => offsets[index] + this.#buffers[index].bytes === headBytes);
    const from = random.below(2) === 0 ? atTop : random.below(next.length);
    const [moved] = next.splice(from, 1);
    next.splice(random.below(from + 1), 0, moved);
    return next;
  }

  /** The smallest placement found; the changes that do not make it larger lead on. */
  run(): FoundPlacement {
    const random = createRandom(1, 'offline plan');
    const work = this.#neighbours.reduce((sum, { length }) => sum + length + 1, 0);
    const rounds = Math.min(MAX_ROUNDS, Math.floor(MAX_WORK / work));
    let best = this.#starts()
      .map((order) => this.#place(order))
      .reduce((a, b) => (b.headBytes < a.headBytes ? b : a));
    for (let round = 0; round < rounds && best.headBytes > this.#least; round++) {
      const other = this.#place(this.#changed(best, random));
      if (other.headBytes <= best.headBytes) best = other;
    }
    return { ...best, pairsSeen: this.#pairsSeen };
  }
}

/** The smallest placement that a search of bounded work finds. */
export function searchPlacement(buffers: readonly PlannedBuffer[]): FoundPlacement {
  return new Search(buffers).run();
}

/** The offsets of activations, over the tensors of all subgraphs; scratch buffers stay with TFLM's planner. */
function offsetsOf({ subgraphs }: ModelOutline, { buffers }: ArenaPlan, placement: Placement): number[] {
  const bySubgraph = subgraphs.map(({ tensors }) => tensors.map(() => NOT_PLANNED_OFFLINE));
  buffers.forEach(({ subgraph, tensor }, index) => {
    if (tensor !== undefined) bySubgraph[subgraph][tensor] = placement.offsets[index];
  });
  return bySubgraph.flat();
}

/**
 * A plan with which the least arena on `target` is smaller than with TFLM's own, or undefined where none was found: one
 * offset for each tensor of all subgraphs, -1 for constants and variables. A plan that the model already has is not
 * looked at. Live buffers never overlap, also on other targets.
 */
export function betterPlan({ subgraphs }: ModelOutline, target: ArenaTarget): readonly number[] | undefined {
  const own = planArena({ subgraphs }, target);
  if (own.buffers.length > MAX_BUFFERS_SEARCHED || own.headBytes === leastHeadBytes(own.buffers)) {
    return undefined;
  }
  const offsets = offsetsOf({ subgraphs }, own, searchPlacement(own.buffers));
  const planned = planArena({ subgraphs, offlinePlan: offsets }, target);
  return planned.minimumBytes < own.minimumBytes ? offsets : undefined;
}
