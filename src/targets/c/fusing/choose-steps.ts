import type { Graph } from '../../../ir/graph.ts';
import type { PlannedMemory } from '../memory/plan-memory.ts';
import type { ProgramStep } from '../program-step.ts';
import { type FusiblePair, fuse } from './fuse.ts';
import { fusiblePairs } from './fusible-pairs.ts';

/** Steps and where their values lie. */
export interface ChosenSteps extends PlannedMemory {
  readonly steps: readonly ProgramStep[];
}

/** Each pair is one step, where its first operator was. */
function withPairs(steps: readonly ProgramStep[], pairs: readonly FusiblePair[]): readonly ProgramStep[] {
  const fused = new Map(pairs.map((pair) => [pair.producer, fuse(pair)]));
  const gone = new Set(pairs.map(({ consumer }) => consumer));
  return steps.filter((step) => !gone.has(step)).map((step) => fused.get(step) ?? step);
}

/** Operators are computed together where the buffer would be larger else: it takes a few instructions more. */
export function chooseSteps(
  graph: Graph,
  steps: readonly ProgramStep[],
  plan: (steps: readonly ProgramStep[]) => PlannedMemory,
): ChosenSteps {
  const planned = (some: readonly ProgramStep[]): ChosenSteps => ({ steps: some, ...plan(some) });
  const apart = planned(steps);
  let pairs = fusiblePairs(graph, steps);
  if (pairs.length === 0) return apart;
  let best = planned(withPairs(steps, pairs));
  if (best.memory.bytes >= apart.memory.bytes) return apart;
  for (const pair of pairs) {
    const fewer = pairs.filter((other) => other !== pair);
    const without = planned(withPairs(steps, fewer));
    if (without.memory.bytes > best.memory.bytes) continue;
    pairs = fewer;
    best = without;
  }
  return best;
}
