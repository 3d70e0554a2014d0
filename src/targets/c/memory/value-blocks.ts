/** Values of the buffer as blocks, and which of them may lie over one another. */

import { elementBytes, tensorBytes } from '../../../core/tensor.ts';
import { getValue, type ValueId } from '../../../ir/graph.ts';
import type { Distance, Relation, StaticBlock } from '../../../planner/static/static-block.ts';
import { type MemoryGraph, type MemoryStep, valueMoves } from './memory-step.ts';

/** Blocks by value, in the order of the steps that make them. */
export interface ValueBlocks {
  readonly blocks: readonly StaticBlock[];
  readonly relations: readonly Relation[];
  readonly blockOf: ReadonlyMap<ValueId, number>;
}

const SAME_PLACE: Distance = { least: 0, most: 0 };

/** The last step that reads each value. */
function lastReaders(steps: readonly MemoryStep[]): ReadonlyMap<ValueId, number> {
  const last = new Map<ValueId, number>();
  for (const [index, { node }] of steps.entries()) {
    for (const id of node.inputs) if (id !== undefined) last.set(id, index);
  }
  return last;
}

/** Where output 0 may begin, counted from where an input begins that nobody reads afterwards. */
function overwriting({ node, emission }: MemoryStep, id: ValueId): Distance[] {
  const positions = node.inputs.flatMap((input, position) => (input === id ? [position] : []));
  const inPlace = positions.every((position) => emission.inPlace?.includes(position));
  const overlaps = (emission.overlaps ?? []).filter(
    ({ input }) => positions.length === 1 && positions[0] === input,
  );
  return [
    ...(inPlace ? [SAME_PLACE] : []),
    ...overlaps.flatMap(({ before, behind }) => [
      ...(before === undefined ? [] : [{ least: -Infinity, most: -before }]),
      ...(behind === undefined ? [] : [{ least: behind, most: Infinity }]),
    ]),
  ];
}

function relationsOf(
  graph: MemoryGraph,
  step: MemoryStep,
  blockOf: ReadonlyMap<ValueId, number>,
  isDead: (id: ValueId) => boolean,
): Relation[] {
  const relate = (input: ValueId, output: ValueId, distance: Distance): Relation[] => {
    const [a, b] = [blockOf.get(input), blockOf.get(output)];
    return a === undefined || b === undefined ? [] : [{ a, b, distance }];
  };
  const [output] = step.node.outputs;
  const dead = new Set(step.node.inputs.flatMap((id) => (id !== undefined && isDead(id) ? [id] : [])));
  return [
    ...[...dead].flatMap((id) => overwriting(step, id).flatMap((distance) => relate(id, output, distance))),
    ...valueMoves(graph, step).flatMap((move) => {
      const bytes = (move.from - move.to) * elementBytes(getValue(graph, move.input).type.dtype);
      return relate(move.input, move.output, { least: bytes, most: bytes });
    }),
  ];
}

/** Of what the steps make, all values without a home. */
export function valueBlocks(
  graph: MemoryGraph,
  steps: readonly MemoryStep[],
  isAtHome: (id: ValueId) => boolean,
): ValueBlocks {
  const last = lastReaders(steps);
  const blocks: StaticBlock[] = [];
  const blockOf = new Map<ValueId, number>();
  for (const [first, { node }] of steps.entries()) {
    for (const id of node.outputs) {
      if (isAtHome(id)) continue;
      blockOf.set(id, blocks.length);
      blocks.push({ bytes: tensorBytes(getValue(graph, id).type), first, last: last.get(id) ?? first });
    }
  }
  const relations = steps.flatMap((step, index) =>
    relationsOf(graph, step, blockOf, (id) => last.get(id) === index),
  );
  return { blocks, relations, blockOf };
}
