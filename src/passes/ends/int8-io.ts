/**
 * A graph of integers without the QUANTIZE in front of it and the DEQUANTIZE or QUANTIZE behind it: its ends are int8, or int16
 * where the operators there compute in that.
 */

import { type Graph, getValue, type Node, type Value, type ValueId } from '../../ir/graph.ts';
import type { Pass } from '../pass.ts';

function isInt8(graph: Graph, id: ValueId): boolean {
  const { dtype, quant } = getValue(graph, id).type;
  return dtype === 'int8' && quant !== undefined;
}

/** What operators compute in: an end of int16 is one already, and stays where int8 is behind it. */
function isInside(graph: Graph, id: ValueId, end: ValueId): boolean {
  const { dtype, quant } = getValue(graph, id).type;
  const isReal = getValue(graph, end).type.dtype === 'float32';
  return isInt8(graph, id) || (isReal && dtype === 'int16' && quant !== undefined);
}

/** The QUANTIZE to integers that is all that reads an input. */
function entry(graph: Graph, input: ValueId): Node | undefined {
  const readers = graph.nodes.filter(({ inputs }) => inputs.includes(input));
  const [reader] = readers;
  const isEntry =
    readers.length === 1 &&
    reader.kind === 'quantize' &&
    !isInt8(graph, input) &&
    isInside(graph, reader.outputs[0], input) &&
    !graph.outputs.includes(input);
  return isEntry ? reader : undefined;
}

/** What makes an output of an int8 value that some operator writes, where nothing else reads that output. */
function exit(graph: Graph, output: ValueId): Node | undefined {
  const writer = graph.nodes.find(({ outputs }) => outputs.includes(output));
  if (writer?.kind !== 'quantize' && writer?.kind !== 'dequantize') return undefined;
  const [source] = writer.inputs as readonly [ValueId];
  const isExit =
    isInside(graph, source, output) &&
    !isInt8(graph, output) &&
    !graph.outputs.includes(source) &&
    graph.nodes.some(({ outputs }) => outputs.includes(source)) &&
    !graph.nodes.some(({ inputs }) => inputs.includes(output));
  return isExit ? writer : undefined;
}

export const int8Io: Pass = {
  name: 'int8-io',
  run(graph) {
    const values = new Map<ValueId, Value>(graph.values);
    const dropped = new Set<Node>();
    /** Takes the end's place, under its name. */
    const replace = (end: ValueId, by: ValueId, node: Node): ValueId => {
      dropped.add(node);
      values.set(by, { ...getValue(graph, by), name: getValue(graph, end).name });
      values.delete(end);
      return by;
    };
    const inputs = graph.inputs.map((id) => {
      const node = entry(graph, id);
      return node === undefined ? id : replace(id, node.outputs[0], node);
    });
    const outputs = graph.outputs.map((id) => {
      const node = exit(graph, id);
      // A graph of nothing but both keeps one of them.
      return node === undefined || inputs.includes(node.inputs[0] as ValueId)
        ? id
        : replace(id, node.inputs[0] as ValueId, node);
    });
    if (dropped.size === 0) return graph;
    return { values, nodes: graph.nodes.filter((node) => !dropped.has(node)), inputs, outputs };
  },
};
