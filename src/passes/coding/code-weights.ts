/** Weights that few values make up are decoded at every inference: fewer bytes in the file, more of the arena. */

import { nodeOf } from '../../ir/builder.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../ir/graph.ts';
import { nodeWith, Rewrite } from '../../ir/rewrite.ts';
import { opOf } from '../../ops/index.ts';
import { type LutCoding, lutCoding } from './lut-coding.ts';

/** Weights of a graph that can be coded, by their ids. */
export type CodedWeights = ReadonlyMap<ValueId, LutCoding>;

export interface WeightsOperand {
  readonly at: number;
  readonly id: ValueId;
}

/** The constant that a node multiplies by, and its place among the operands. */
export function weightsOf(graph: Graph, { kind, inputs }: Node): WeightsOperand | undefined {
  const { quantRule } = opOf(kind);
  if (quantRule.rule !== 'weighted') return undefined;
  const id = inputs[quantRule.weights];
  if (id === undefined || getValue(graph, id).data === undefined) return undefined;
  return { at: quantRule.weights, id };
}

/** Of convolutions and fully connected layers, in the order in which they run. */
export function codableWeights(graph: Graph): CodedWeights {
  const found = new Map<ValueId, LutCoding>();
  for (const node of graph.nodes) {
    const weights = weightsOf(graph, node);
    if (weights === undefined || graph.outputs.includes(weights.id)) continue;
    const { type, data } = getValue(graph, weights.id);
    const coding = data && lutCoding(type, data);
    if (coding !== undefined) found.set(weights.id, coding);
  }
  return found;
}

/** A TFLM_DECODE in front of every node that reads one of these weights: what it makes lives no longer than that node. */
export function codeWeights(graph: Graph, coded: CodedWeights): Graph {
  const rewrite = new Rewrite(graph);
  const operands = new Map<ValueId, readonly ValueId[]>();
  const operandsOf = (id: ValueId, { indices, ancillary }: LutCoding): readonly ValueId[] => {
    const known = operands.get(id);
    if (known !== undefined) return known;
    const made = [indices, ancillary].map((data) =>
      rewrite.constant('', { dtype: 'uint8', shape: [data.length] }, data),
    );
    operands.set(id, made);
    return made;
  };
  for (const node of graph.nodes) {
    const weights = weightsOf(graph, node);
    const coding = weights && coded.get(weights.id);
    if (weights === undefined || coding === undefined) continue;
    const { name, type } = getValue(graph, weights.id);
    const decoded = rewrite.fresh(name, type);
    rewrite.replace(
      node,
      nodeOf('tflm_decode', node.name, { tables: [coding.table] }, operandsOf(weights.id, coding), [decoded]),
      nodeWith(node, { inputs: node.inputs.with(weights.at, decoded) }),
    );
  }
  return rewrite.graph();
}
