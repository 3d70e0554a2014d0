/** Which operator of an int8 graph each operator of its float32 graph has become. */

import { type Graph, getValue, type Node, type ValueId } from '../../ir/graph.ts';
import { nodeWith, Rewrite } from '../../ir/rewrite.ts';
import { realConstant } from './real-constant.ts';

function producersOf({ nodes }: Graph): ReadonlyMap<ValueId, Node> {
  return new Map(nodes.flatMap((node) => node.outputs.map((id): [ValueId, Node] => [id, node])));
}

function readersOf({ nodes }: Graph): ReadonlyMap<ValueId, readonly Node[]> {
  const readers = new Map<ValueId, Node[]>();
  for (const node of nodes) {
    for (const id of node.inputs) {
      if (id === undefined) continue;
      readers.set(id, [...(readers.get(id) ?? []), node]);
    }
  }
  return readers;
}

/** Activations keep their ids; an operator whose limit int8 keeps by itself has the output of that limit. */
export function nodePairs(float: Graph, int8: Graph): ReadonlyMap<Node, Node> {
  const producers = producersOf(int8);
  const readers = readersOf(float);
  const pairs = new Map<Node, Node>();
  for (const node of float.nodes) {
    const [output] = node.outputs;
    const behind = readers.get(output) ?? [];
    const twin =
      producers.get(output) ?? (behind.length === 1 ? producers.get(behind[0].outputs[0]) : undefined);
    if (twin?.kind === node.kind) pairs.set(node, twin);
  }
  return pairs;
}

/** The float32 graph in which these operators have the weights, biases and other constants that the int8 graph has. */
export function withConstantsOf(float: Graph, int8: Graph, pairs: ReadonlyMap<Node, Node>): Graph {
  const rewrite = new Rewrite(float);
  for (const [node, twin] of pairs) {
    const inputs = node.inputs.map((id, operand) => {
      const stored = twin.inputs[operand];
      if (id === undefined || stored === undefined || rewrite.floats(id) === undefined) return id;
      const real = realConstant(getValue(int8, stored));
      const { name, type } = getValue(float, id);
      return real === undefined ? id : rewrite.constant(name, type, real);
    });
    rewrite.replace(node, nodeWith(node, { inputs }));
  }
  return rewrite.graph();
}
