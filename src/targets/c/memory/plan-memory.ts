/** Where everything lies that a program works on: in the caller's memory, or in one buffer. */

import type { ValueId } from '../../../ir/graph.ts';
import { lowerBoundOf } from '../../../planner/static/lower-bound.ts';
import { planStatic, type StaticPlan } from '../../../planner/static/plan-static.ts';
import { placingOf, type StaticBlock, WORD_BYTES } from '../../../planner/static/static-block.ts';
import { callersMemory } from './callers-memory.ts';
import type { Home } from './home.ts';
import type { MemoryGraph, MemoryStep } from './memory-step.ts';
import { valueBlocks } from './value-blocks.ts';

/** A piece of the buffer. */
export interface BufferBlock extends StaticBlock {
  readonly offset: number;
  /** What lies there; working memory of its only step where that is undefined. */
  readonly value: ValueId | undefined;
}

export interface PlannedMemory {
  /** Of every value but constants. */
  readonly homes: ReadonlyMap<ValueId, Home>;
  /** Of each step, its working memory in the buffer. */
  readonly scratch: readonly (number | undefined)[];
  /** Of each step, its `weightBytes` in the buffer. */
  readonly weights: readonly (readonly number[])[];
  /** The buffer: values in the order of the steps that make them, then working memory and weights in the order of the steps. */
  readonly blocks: readonly BufferBlock[];
  readonly memory: StaticPlan;
}

/** What lies in the buffer, values first, and the homes of all else. */
function blocksOf(graph: MemoryGraph, steps: readonly MemoryStep[]) {
  const homes = callersMemory(graph, steps);
  const values = valueBlocks(graph, steps, (id) => homes.has(id));
  const working = steps.flatMap(({ emission: { scratchBytes = 0 }, weightBytes = [] }, step) =>
    [...(scratchBytes > 0 ? [scratchBytes] : []), ...weightBytes].map((bytes) => ({
      bytes,
      first: step,
      last: step,
    })),
  );
  return { homes, values, working, all: [...values.blocks, ...working] };
}

/** Bytes below which no plan of the buffer is, without making one; where they are more than `enough`, maybe not all. */
export function memoryBound(graph: MemoryGraph, steps: readonly MemoryStep[], enough = Infinity): number {
  const { all, values } = blocksOf(graph, steps);
  return lowerBoundOf(placingOf(all, values.relations), enough / WORD_BYTES) * WORD_BYTES;
}

/** The smallest buffer, in the order of the steps as they are, that the search finds. */
export function planMemory(graph: MemoryGraph, steps: readonly MemoryStep[]): PlannedMemory {
  const { homes, values, working, all } = blocksOf(graph, steps);
  const memory = planStatic(all, values.relations);
  const ids = [...values.blockOf.keys()];
  const blocks = all.map((block, index) => ({ ...block, offset: memory.offsets[index], value: ids[index] }));
  for (const [id, block] of values.blockOf) homes.set(id, { at: 'buffer', offset: memory.offsets[block] });
  const ofStep = steps.map((_, step) =>
    working.flatMap(({ first }, index) =>
      first === step ? [memory.offsets[values.blocks.length + index]] : [],
    ),
  );
  const hasScratch = steps.map(({ emission: { scratchBytes = 0 } }) => scratchBytes > 0);
  return {
    homes,
    scratch: ofStep.map(([first], step) => (hasScratch[step] ? first : undefined)),
    weights: ofStep.map((offsets, step) => (hasScratch[step] ? offsets.slice(1) : offsets)),
    blocks,
    memory,
  };
}
