/** Reproduces TFLM's memory planning for a model and a build. */

import { alignUp } from '../core/alignment.ts';
import { unsupportedError } from '../core/errors.ts';
import { type ModelOutline, unsizedHint, unsizedTensor } from '../ir/outline.ts';
import { resourceVariables } from '../ir/resource-variables.ts';
import { Allocation } from './allocation.ts';
import type { ArenaPlan, ArenaTarget, PlannedBuffer } from './arena-plan.ts';
import { bufferRequests, type Operators, type PlannedRequest } from './buffer-requests.ts';
import { placeGreedily } from './greedy-plan.ts';
import { type Lifetimes, markLifetimes } from './lifetimes.ts';
import { operatorMemory } from './operator-memory.ts';
import { PROFILES } from './profiles.ts';

function placed(requests: readonly PlannedRequest[]): PlannedBuffer[] {
  const offsets = placeGreedily(requests);
  return requests.map(({ offlineOffset: _, ...buffer }, index) => ({ ...buffer, offset: offsets[index] }));
}

/** Also operators with scratch memory in a subgraph that nothing runs: TFLM plans them with a size it never set. */
function unknownOperators(operators: Operators, lifetimes: Lifetimes): string[] {
  const unknown = operators.flatMap((ofSubgraph, subgraph) =>
    ofSubgraph.filter(
      ({ known, scratch }, index) =>
        !known || (scratch.length > 0 && lifetimes.operators[subgraph][index].firstUse === -1),
    ),
  );
  return [...new Set(unknown.map(({ name }) => name))];
}

/**
 * With MicroResourceVariables for exactly the resource variables of the model, as generated firmware makes them. Throws where no
 * plan is possible: tensors without a size, subgraphs that run themselves, thousands of buffers.
 */
export function planArena(outline: ModelOutline, target: ArenaTarget): ArenaPlan {
  const unsized = unsizedTensor(outline);
  if (unsized !== undefined) {
    throw unsupportedError('no-tensor-size', unsized, unsizedHint(outline));
  }
  const profile = PROFILES[target];
  const { variables, handles, taken } = resourceVariables(outline);
  const operators = outline.subgraphs.map((subgraph, index) =>
    subgraph.operators.map((operator, at) => operatorMemory(operator, subgraph, taken[index][at], profile)),
  );
  const lifetimes = markLifetimes(outline);
  const buffers = placed(bufferRequests(outline, handles, operators, lifetimes));
  const headBytes = Math.max(0, ...buffers.map(({ offset, bytes }) => offset + bytes));
  const arena = new Allocation(outline, profile, operators).run(variables.length, buffers.length, headBytes);
  const usedBytes = headBytes + arena.tailBytes;
  return {
    target,
    headBytes,
    tailBytes: arena.tailBytes,
    usedBytes,
    minimumBytes: arena.peakBytes,
    acceptedBytes: arena.acceptedBytes,
    minimumSetBy: arena.peakBytes > alignUp(usedBytes) ? 'planning' : 'used',
    buffers,
    tail: arena.shares,
    unknownOperators: unknownOperators(operators, lifetimes),
  };
}

/**
 * RAM of the objects outside the arena: MicroInterpreter and MicroMutableOpResolver<operatorCount>, in bytes
 * (`sizeof` in the build of `target`).
 */
export function runtimeObjectBytes(target: ArenaTarget, operatorCount: number): number {
  const { interpreterBytes, resolverBytes } = PROFILES[target];
  return interpreterBytes + resolverBytes(operatorCount);
}
