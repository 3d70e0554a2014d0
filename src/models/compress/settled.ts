/** A model as a method left it, simplified anew: channels that came to nothing are gone before anything is measured. */

import type { Graph, Node, ValueId } from '../../ir/graph.ts';
import type { Compressed, Kept } from '../../training/compress/method.ts';
import { simplifyFloat } from '../convert/lower.ts';

/** The node that became of one: it has its result, or where that has other channels, its name. */
function descendant({ nodes }: Graph, { kind, name, outputs }: Node): Node | undefined {
  return (
    nodes.find((node) => node.outputs[0] === outputs[0]) ??
    nodes.find((node) => node.kind === kind && node.name === name)
  );
}

/** Marks by the constants that are there now: those of an operator are found at the same operand. */
function keepsIn(now: Graph, { graph, keeps }: Compressed): ReadonlyMap<ValueId, Kept> {
  const marks = new Map<ValueId, Kept>();
  for (const node of graph.nodes) {
    for (const [operand, id] of node.inputs.entries()) {
      const kept = id === undefined ? undefined : keeps.get(id);
      const own = kept && descendant(now, node)?.inputs[operand];
      if (kept !== undefined && own !== undefined) marks.set(own, kept);
    }
  }
  return marks;
}

/** What training has prepared for its integers stays as it is. */
export function settled(model: Compressed): Compressed {
  if (model.trained !== undefined) return model;
  const graph = simplifyFloat(model.graph);
  return { ...model, graph, keeps: keepsIn(graph, model) };
}
