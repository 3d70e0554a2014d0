/**
 * Values in the order in which operators meet them, so that the same network gives the same file, whatever it was read from and
 * whatever passes had to do for it.
 */

import { type Graph, getValue, type Value, type ValueId } from '../ir/graph.ts';
import type { Pass } from './pass.ts';

/** Inputs, then what each operator reads and makes; what none of them does comes last. */
function orderOf({ inputs, nodes, values }: Graph): readonly ValueId[] {
  const met = nodes.flatMap((node) => [...node.inputs.filter((id) => id !== undefined), ...node.outputs]);
  return [...new Set([...inputs, ...met, ...values.keys()])];
}

export const orderValues: Pass = {
  name: 'order-values',
  run(graph) {
    const entries = orderOf(graph).map((id): [ValueId, Value] => [id, getValue(graph, id)]);
    return { ...graph, values: new Map(entries) };
  },
};
