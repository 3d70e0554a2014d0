/** What operators read that have their weights in common, as the steps of a recurrent layer do. */

import { type Shape, sameShape, tensorBytes } from '../../core/tensor.ts';
import { type RecordSource, recordLengthOf } from '../../data/records/records.ts';
import { createInterpreter } from '../../interpreter/interpreter.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../ir/graph.ts';
import { isLinear } from '../../passes/linear.ts';
import type { IntegerArray, ReadIntegers } from '../../passes/quantize/rounding/read-integers.ts';
import { recordQuantizer } from '../run/record-inputs.ts';

const inputOf = ({ inputs }: Node): ValueId => inputs[0] as ValueId;

/** Nodes of `int8` by the float32 weights that several of them were made of. */
function sharersOf(float: Graph, int8: Graph): ReadonlyMap<ValueId, readonly Node[]> {
  const weightsOf = new Map(
    float.nodes.filter(isLinear).map(({ inputs: [, weights], outputs: [output] }) => [output, weights]),
  );
  const byWeights = new Map<ValueId, Node[]>();
  for (const node of int8.nodes.filter(isLinear)) {
    const weights = weightsOf.get(node.outputs[0]);
    if (weights !== undefined) byWeights.set(weights, [...(byWeights.get(weights) ?? []), node]);
  }
  const shapeOf = (node: Node): Shape => getValue(int8, inputOf(node)).type.shape;
  const alike = [...byWeights].map(
    ([weights, nodes]) =>
      [weights, nodes.filter((node) => sameShape(shapeOf(node), shapeOf(nodes[0])))] as const,
  );
  return new Map(alike.filter(([, sharers]) => sharers.length > 1));
}

/** Every value of `wanted`, record by record. */
function valuesOf(
  graph: Graph,
  wanted: ReadonlySet<ValueId>,
  records: RecordSource,
): ReadonlyMap<ValueId, readonly IntegerArray[]> {
  const held = new Map([...wanted].map((id): [ValueId, IntegerArray[]] => [id, []]));
  const quantize = recordQuantizer(graph.inputs.map((id) => getValue(graph, id).type));
  const interpreter = createInterpreter(graph);
  const record = new Float32Array(recordLengthOf(records));
  for (let index = 0; index < records.count; index++) {
    records.read(index, 1, record);
    interpreter.invoke(quantize(record), (id, data) => held.get(id)?.push(data.slice() as IntegerArray));
  }
  return held;
}

/** By float32 weights: what each of the nodes that share them reads, as long as every weight of `int8` is its nearest integer. */
export type SharedReads = ReadonlyMap<ValueId, ReadonlyMap<Node, ReadIntegers>>;

/** Of nodes whose inputs have one shape. Nothing is run where no weights are shared. */
export function sharedReads(float: Graph, int8: Graph, records: RecordSource): SharedReads {
  const sharers = sharersOf(float, int8);
  if (sharers.size === 0) return new Map();
  const values = valuesOf(int8, new Set([...sharers.values()].flat().map(inputOf)), records);
  const readOf = (node: Node): readonly (readonly [Node, ReadIntegers])[] => {
    const { quant } = getValue(int8, inputOf(node)).type;
    const inputs = values.get(inputOf(node)) ?? [];
    if (quant?.scheme !== 'per-tensor' || inputs.length !== records.count) return [];
    return [[node, { inputs, scale: quant.scale, zeroPoint: quant.zeroPoint }]];
  };
  return new Map([...sharers].map(([weights, nodes]) => [weights, new Map(nodes.flatMap(readOf))]));
}

/** Bytes that they hold of one record. */
export function sharedReadBytes(float: Graph, int8: Graph): number {
  const read = new Set([...sharersOf(float, int8).values()].flat().map(inputOf));
  return [...read].reduce((bytes, id) => bytes + tensorBytes(getValue(int8, id).type), 0);
}
