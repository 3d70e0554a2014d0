/** Everything that TFLM's planner has to place: tensors without memory of their own, and scratch buffers. */

import { alignUp } from '../core/alignment.ts';
import { unsupportedError } from '../core/errors.ts';
import type { ModelOutline, OutlineTensor } from '../ir/outline.ts';
import type { PlannedBuffer } from './arena-plan.ts';
import type { BufferRequest } from './greedy-plan.ts';
import type { Lifetime, Lifetimes } from './lifetimes.ts';
import type { OperatorMemory } from './operator-memory.ts';

/** Far more than fit beside their own structures in any microcontroller; placing them takes quadratic time. */
const MAX_BUFFERS = 2 ** 12;
/** What leaves a tensor to the planner. */
export const NOT_PLANNED_OFFLINE = -1;

/** A buffer before it has a place. */
export type PlannedRequest = BufferRequest & Omit<PlannedBuffer, 'offset'>;

/** The offline plan by subgraph; it counts the tensors of all subgraphs in order. */
function offlineOffsets({ subgraphs, offlinePlan }: ModelOutline): (readonly number[])[] {
  let next = 0;
  return subgraphs.map(({ tensors }) => {
    const first = next;
    next += tensors.length;
    return tensors.map((_, index) => offlinePlan?.[first + index] ?? NOT_PLANNED_OFFLINE);
  });
}

function request(
  place: Pick<PlannedBuffer, 'subgraph' | 'tensor' | 'scratchOf'>,
  bytes: number,
  use: Lifetime,
): PlannedRequest {
  return { ...place, bytes: alignUp(bytes), firstUse: use.firstUse, lastUse: use.lastUse };
}

/** AllocationInfoBuilder::InitializeAllocationInfo. */
function needsPlace({ storage, bytes }: OutlineTensor, offlineOffset: number): boolean {
  if (storage === 'variable') return offlineOffset !== NOT_PLANNED_OFFLINE;
  return storage === 'activation' && bytes !== 0;
}

/** Tensors that have memory before anything is planned, by subgraph. */
type Placed = readonly ReadonlySet<number>[];

function tensorRequests(outline: ModelOutline, placed: Placed, lifetimes: Lifetimes): PlannedRequest[] {
  const offsets = offlineOffsets(outline);
  return outline.subgraphs.flatMap(({ tensors }, subgraph) =>
    tensors.flatMap((tensor, index) => {
      const offlineOffset = offsets[subgraph][index];
      if (placed[subgraph].has(index) || !needsPlace(tensor, offlineOffset)) return [];
      const one = request({ subgraph, tensor: index }, tensor.bytes, lifetimes.tensors[subgraph][index]);
      return [offlineOffset === NOT_PLANNED_OFFLINE ? one : { ...one, offlineOffset }];
    }),
  );
}

/** By subgraph and operator. */
export type Operators = readonly (readonly OperatorMemory[])[];

function scratchRequests(operators: Operators, lifetimes: Lifetimes): PlannedRequest[] {
  return operators.flatMap((ofSubgraph, subgraph) =>
    ofSubgraph.flatMap(({ scratch }, scratchOf) =>
      scratch.map((bytes) =>
        request({ subgraph, scratchOf }, bytes, lifetimes.operators[subgraph][scratchOf]),
      ),
    ),
  );
}

/** Tensors of all subgraphs but those `placed`, then scratch buffers: the order decides between equal sizes. */
export function bufferRequests(
  outline: ModelOutline,
  placed: Placed,
  operators: Operators,
  lifetimes: Lifetimes,
): PlannedRequest[] {
  const requests = [...tensorRequests(outline, placed, lifetimes), ...scratchRequests(operators, lifetimes)];
  if (requests.length > MAX_BUFFERS) {
    throw unsupportedError(
      'too-many-buffers',
      `The model keeps ${requests.length} tensors and scratch buffers in memory; at most ${MAX_BUFFERS} can be planned.`,
    );
  }
  return requests;
}
