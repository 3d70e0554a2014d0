/** Graphs of tests as parts of one, so that many are compiled together. */

import type { DType, TensorType } from '../../src/core/tensor.ts';
import { nodeOf } from '../../src/ir/builder.ts';
import { type Graph, getValue, type Node, type Value, type ValueId } from '../../src/ir/graph.ts';

/** All graphs in one: their inputs and outputs one after another. */
export function joinGraphs(graphs: readonly Graph[]): Graph {
  const values = new Map<ValueId, Value>();
  const [nodes, inputs, outputs]: [Node[], ValueId[], ValueId[]] = [[], [], []];
  let first = 0;
  for (const graph of graphs) {
    const moved = (id: ValueId): ValueId => first + id;
    for (const value of graph.values.values()) values.set(moved(value.id), { ...value, id: moved(value.id) });
    for (const node of graph.nodes) {
      nodes.push({
        ...node,
        inputs: node.inputs.map((id) => (id === undefined ? undefined : moved(id))),
        outputs: node.outputs.map(moved),
      } as Node);
    }
    inputs.push(...graph.inputs.map(moved));
    outputs.push(...graph.outputs.map(moved));
    first += 1 + Math.max(...graph.values.keys());
  }
  return { values, nodes, inputs, outputs };
}

/** What leaves every element as it is and yet has no C that may be left out; undefined where nothing does. */
function sameAgain(dtype: DType): 'maximum' | 'logical_or' | undefined {
  if (dtype === 'bool') return 'logical_or';
  return ['float32', 'int8', 'int16', 'int32'].includes(dtype) ? 'maximum' : undefined;
}

/** The graph behind and in front of such operators: what it reads and writes then lies in the buffer, and may be overwritten. */
export function throughBuffer(graph: Graph): Graph {
  const values = new Map(graph.values);
  const [before, after]: [Node[], Node[]] = [[], []];
  const renamed = new Map<ValueId, ValueId>();
  const copyOf = (type: TensorType): ValueId => {
    const id = 1 + Math.max(...values.keys());
    values.set(id, { id, name: `copy ${id}`, type });
    return id;
  };
  for (const id of graph.inputs) {
    const { type } = getValue(graph, id);
    const kind = sameAgain(type.dtype);
    if (kind === undefined) continue;
    const copy = copyOf(type);
    renamed.set(id, copy);
    before.push(nodeOf(kind, 'before', {}, [id, id], [copy]));
  }
  const outputs = graph.outputs.map((id) => {
    const { type } = getValue(graph, id);
    const kind = sameAgain(type.dtype);
    if (kind === undefined) return id;
    const copy = copyOf(type);
    after.push(nodeOf(kind, 'after', {}, [id, id], [copy]));
    return copy;
  });
  const nodes = graph.nodes.map(
    (node) =>
      ({
        ...node,
        inputs: node.inputs.map((id) => (id === undefined ? undefined : (renamed.get(id) ?? id))),
      }) as Node,
  );
  return { values, nodes: [...before, ...nodes, ...after], inputs: graph.inputs, outputs };
}
