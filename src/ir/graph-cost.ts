/** What a graph costs: operators, multiply-accumulates of one inference, bytes of its constants. */

import { elementCount, storedBytes } from '../core/tensor.ts';
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

function nodeSteps(graph: Graph, node: Node): number {
  const { attributes, kind } = node;
  const inputs = inputShapes(graph, node);
  const outputs = outputTypes(graph, node).map(({ shape }) => shape);
  const elements = [...inputs, ...outputs].reduce((sum, shape) => sum + elementCount(shape ?? [0]), 0);
  return nodeMacs(graph, node) + (opOf(kind).taps?.(attributes, inputs, outputs) ?? 0) + elements;
}

/** All that one inference does: multiply-accumulates, pixels under windows, elements read and written. */
export function graphSteps(graph: Graph): number {
  return graph.nodes.reduce((sum, node) => sum + nodeSteps(graph, node), 0);
}

/** Operators, multiply-accumulates of one inference, and bytes of constants. */
export function graphCost(graph: Graph): GraphCost {
  const constants = [...graph.values.values()].filter(({ data }) => data !== undefined);
  return {
    operators: graph.nodes.length,
    macs: graph.nodes.reduce((sum, node) => sum + nodeMacs(graph, node), 0),
    constantBytes: constants.reduce((sum, { type }) => sum + storedBytes(type), 0),
  };
}
