/** What lies in memory that the caller owns, which the plan of the buffer does not count. */

import { getValue, type ValueId } from '../../../ir/graph.ts';
import type { Home } from './home.ts';
import { type MemoryGraph, type MemoryStep, valueMoves } from './memory-step.ts';

function endsAndStates(graph: MemoryGraph): Map<ValueId, Home> {
  const homes = new Map<ValueId, Home>();
  for (const [index, id] of graph.inputs.entries()) homes.set(id, { at: 'input', index, element: 0 });
  for (const [index, id] of graph.outputs.entries()) {
    if (!homes.has(id) && getValue(graph, id).data === undefined) {
      homes.set(id, { at: 'output', index, element: 0 });
    }
  }
  const states = [...graph.values.values()].filter(({ state }) => state !== undefined);
  for (const [index, { id }] of states.entries()) homes.set(id, { at: 'state', index });
  return homes;
}

/** What lies so many elements behind an input or output; undefined for other homes. */
function behind(home: Home | undefined, elements: number): Home | undefined {
  if (home?.at !== 'input' && home?.at !== 'output') return undefined;
  return { ...home, element: home.element + elements };
}

/**
 * Inputs, outputs and states of the graph; what is a part of those as it is; and what becomes a part of an output, which is
 * written there at once.
 */
export function callersMemory(graph: MemoryGraph, steps: readonly MemoryStep[]): Map<ValueId, Home> {
  const homes = endsAndStates(graph);
  const settle = (id: ValueId, home: Home | undefined): void => {
    if (home !== undefined && !homes.has(id) && getValue(graph, id).data === undefined) homes.set(id, home);
  };
  for (const step of steps) {
    for (const { input, output, from, wholeOutput } of valueMoves(graph, step)) {
      if (wholeOutput) settle(output, behind(homes.get(input), from));
    }
  }
  for (const step of steps.toReversed()) {
    for (const { input, output, to, wholeInput } of valueMoves(graph, step)) {
      const home = homes.get(output);
      if (wholeInput && home?.at === 'output') settle(input, behind(home, to));
    }
  }
  return homes;
}
