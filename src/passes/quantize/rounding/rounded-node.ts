/** Which linear operators of an int8 graph can be rounded anew: those whose float32 constants are known. */

import { type Graph, getValue, type Node, type ValueId } from '../../../ir/graph.ts';
import { isLinear, type LinearNode } from '../../linear.ts';

/** A node that is rounded anew, in both graphs. */
export interface RoundedNode {
  readonly float: Graph;
  readonly floatNode: LinearNode;
  readonly int8: Graph;
  readonly node: LinearNode;
}

/** The float32 node that an int8 one was made of; undefined where it is not linear with constants and a bias in both. */
export function roundedNode(
  float: Graph,
  producers: ReadonlyMap<ValueId, Node>,
  int8: Graph,
  node: Node,
): RoundedNode | undefined {
  const floatNode = producers.get(node.outputs[0]);
  if (floatNode === undefined || !isLinear(floatNode) || !isLinear(node)) return undefined;
  if (floatNode.kind !== node.kind) return undefined;
  const hasConstants = (graph: Graph, { inputs }: Node): boolean =>
    [1, 2].every((operand) => getValue(graph, inputs[operand] as ValueId).data !== undefined);
  if ([floatNode, node].some(({ inputs }) => inputs[1] === undefined || inputs[2] === undefined))
    return undefined;
  return hasConstants(float, floatNode) && hasConstants(int8, node)
    ? { float, floatNode, int8, node }
    : undefined;
}
