/** What a graph costs: operators, multiply-accumulates of one inference, bytes of its constants. */

import { tensorBytes } from '../core/tensor.ts';
import { opOf } from '../ops/index.ts';
import { type Graph, inputShapes, type Node, outputTypes } from './graph.ts';

/** What a graph takes on a chip. */
export interface GraphCost {
  readonly operators: number;
  readonly macs: number;
  readonly constantBytes: number;
}

export function nodeMacs(graph: Graph, node: Node): number {
  const outputs = outputTypes(graph, node).map(({ shape }) => shape);
  return opOf(node.kind).macs(inputShapes(graph, node), outputs);
}

/** Operators, multiply-accumulates of one inference, and bytes of constants. */
export function graphCost(graph: Graph): GraphCost {
  const constants = [...graph.values.values()].filter(({ data }) => data !== undefined);
  return {
    operators: graph.nodes.length,
    macs: graph.nodes.reduce((sum, node) => sum + nodeMacs(graph, node), 0),
    constantBytes: constants.reduce((sum, { type }) => sum + tensorBytes(type), 0),
  };
}
