/** What the plan of memory looks at: who makes and reads which value, and what may lie over what meanwhile. */

import { elementCount } from '../../../core/tensor.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../../ir/graph.ts';
import type { Emission, Move } from '../emitter.ts';

/** One step of a program. */
export interface MemoryStep {
  readonly node: Pick<Node, 'inputs' | 'outputs'>;
  readonly emission: Pick<Emission, 'scratchBytes' | 'inPlace' | 'overlaps' | 'moves'>;
  /** Of each array of weights that is decoded before the step, for it alone. */
  readonly weightBytes?: readonly number[];
}

/** The values of a graph and its ends. */
export type MemoryGraph = Pick<Graph, 'values' | 'inputs' | 'outputs'>;

/** A move between two values. */
export interface ValueMove extends Pick<Move, 'from' | 'to'> {
  readonly input: ValueId;
  readonly output: ValueId;
  /** Whether nothing of that value is left out. */
  readonly wholeInput: boolean;
  readonly wholeOutput: boolean;
}

/**
 * The moves of a step after which input and output may lie over one another: all of the input is a part of the output, or all of
 * the output a part of the input. Else what the output has besides could lie over what the input has besides.
 */
export function valueMoves(graph: Pick<Graph, 'values'>, { node, emission }: MemoryStep): ValueMove[] {
  return (emission.moves ?? []).flatMap(({ input: position, output: outputPosition, from, to, elements }) => {
    const [input, output] = [node.inputs[position], node.outputs[outputPosition]];
    if (input === undefined) return [];
    const isWhole = (id: ValueId, at: number): boolean =>
      at === 0 && elements === elementCount(getValue(graph, id).type.shape);
    const move = {
      input,
      output,
      from,
      to,
      wholeInput: isWhole(input, from),
      wholeOutput: isWhole(output, to),
    };
    return move.wholeInput || move.wholeOutput ? [move] : [];
  });
}
