/** How a step finds what it reads and writes, as its plan of memory has it. */

import { elementBytes, tensorBytes } from '../../../core/tensor.ts';
import { getValue, type ValueId } from '../../../ir/graph.ts';
import type { Move, Places } from '../emitter.ts';
import type { Home } from './home.ts';
import type { MemoryGraph, MemoryStep } from './memory-step.ts';

type Homes = ReadonlyMap<ValueId, Home>;

/** Bytes from the beginning of what a home is in; undefined for homes in different memory. */
function distance(graph: MemoryGraph, homes: Homes, from: ValueId, to: ValueId): number | undefined {
  const [a, b] = [homes.get(from), homes.get(to)];
  if (a === undefined || b === undefined) return undefined;
  if (a.at === 'buffer' || b.at === 'buffer') {
    return a.at === 'buffer' && b.at === 'buffer' ? b.offset - a.offset : undefined;
  }
  if (a.at !== b.at || a.index !== b.index) return undefined;
  const elements = (home: Home): number => ('element' in home ? home.element : 0);
  return (elements(b) - elements(a)) * elementBytes(getValue(graph, from).type.dtype);
}

/** `Places.isThere` */
export function isThere(graph: MemoryGraph, homes: Homes, { node }: MemoryStep, move: Move): boolean {
  const input = node.inputs[move.input];
  if (input === undefined) return false;
  const bytes = (move.from - move.to) * elementBytes(getValue(graph, input).type.dtype);
  return distance(graph, homes, input, node.outputs[move.output]) === bytes;
}

/** `Places.backwards` */
export function runsBackwards(
  graph: MemoryGraph,
  homes: Homes,
  { node, emission }: MemoryStep,
): Places['backwards'] {
  return (emission.overlaps ?? []).some(({ input: position, before, behind }) => {
    const input = node.inputs[position];
    if (input === undefined || behind === undefined) return false;
    const bytes = distance(graph, homes, input, node.outputs[0]);
    if (bytes === undefined || bytes < behind || bytes >= tensorBytes(getValue(graph, input).type))
      return false;
    const forwards = before !== undefined && bytes <= -before;
    return !forwards && !(bytes === 0 && emission.inPlace?.includes(position));
  });
}
