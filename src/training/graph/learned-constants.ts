/** Which constants of a graph training changes: weights and biases of its linear operators. */

import { type Graph, getValue, type Node, type ValueId } from '../../ir/graph.ts';
import { nodeWith, Rewrite } from '../../ir/rewrite.ts';
import { isLinear, type LinearNode } from '../../passes/linear.ts';

function learnedOperands(graph: Graph, { inputs: [, ...constants] }: LinearNode): ValueId[] {
  return constants.flatMap((id) =>
    id !== undefined && getValue(graph, id).data instanceof Float32Array ? id : [],
  );
}

/**
 * Equal constants are stored once: biases of zeros, before anything was learned. Here each is learned for itself, but for
 * a layer that is used twice, whose weights are one.
 */
export function withOwnConstants(graph: Graph): Graph {
  const rewrite = new Rewrite(graph);
  /** Whose a constant is: that of the weights beside it, or of an operator that does not learn. */
  const owners = new Map<ValueId, ValueId | 'fixed'>();
  /** Those made for an owner: of all that it has several times, one. */
  const copies = new Map<string, ValueId>();
  for (const { inputs } of graph.nodes.filter((node) => !isLinear(node))) {
    for (const id of inputs) if (id !== undefined) owners.set(id, 'fixed');
  }
  for (const node of graph.nodes.filter(isLinear)) {
    const [input, weights] = node.inputs;
    const constants = learnedOperands(graph, node).map((id) => {
      const owner = owners.get(id);
      const { name, type, data } = rewrite.value(id);
      if ((owner === undefined || owner === weights) && data !== undefined) {
        owners.set(id, weights as ValueId);
        return id;
      }
      if (data === undefined) return id;
      const key = `${id} of ${weights}`;
      const copy = copies.get(key) ?? rewrite.constant(name, type, data);
      copies.set(key, copy);
      return copy;
    });
    if (constants.every((id, index) => id === node.inputs[index + 1])) continue;
    rewrite.replace(node, nodeWith(node, { inputs: [input, ...constants] }) as Node);
  }
  return rewrite.graph();
}

/** Of a graph in which every constant has one owner. */
export function learnedConstants(graph: Graph): ReadonlySet<ValueId> {
  return new Set(graph.nodes.filter(isLinear).flatMap((node) => learnedOperands(graph, node)));
}
