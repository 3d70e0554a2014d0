/** Graphs of one operator, checked and run as any other graph. */

import { given } from '../../src/core/given.ts';
import type { TensorData, TensorType } from '../../src/core/tensor.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { nodeOf } from '../../src/ir/builder.ts';
import { checkGraph } from '../../src/ir/check-graph.ts';
import type { Graph, Value } from '../../src/ir/graph.ts';
import { type AttributesOf, type OpKind, opOf } from '../../src/ops/index.ts';

export interface Operand {
  readonly type: TensorType;
  readonly data: TensorData;
  /** Part of the graph instead of one of its inputs. */
  readonly constant?: boolean;
}

/** A checked graph, whose states begin as their operands; its last values are the outputs. `undefined` leaves an optional operand out. */
export function oneNode<Kind extends OpKind>(
  kind: Kind,
  attributes: AttributesOf<Kind>,
  operands: readonly ((Omit<Operand, 'data'> & { data?: TensorData }) | undefined)[],
  ...outputs: TensorType[]
): Graph {
  const values = new Map<number, Value>();
  for (const [id, operand] of operands.entries()) {
    if (operand === undefined) continue;
    const value = { id, name: `operand ${id}`, type: operand.type };
    if (opOf(kind).states?.includes(id))
      values.set(id, { ...value, state: given({ initial: operand.data }) });
    else values.set(id, operand.constant && operand.data ? { ...value, data: operand.data } : value);
  }
  const outputIds = outputs.map((type, index) => {
    const id = operands.length + index;
    values.set(id, { id, name: 'output', type });
    return id;
  });
  const ids = operands.map((operand, id) => (operand === undefined ? undefined : id));
  const graph: Graph = {
    values,
    nodes: [nodeOf(kind, 'node', attributes, ids, outputIds)],
    inputs: [...values.values()]
      .filter(({ id, data, state }) => id < operands.length && data === undefined && state === undefined)
      .map(({ id }) => id),
    outputs: outputIds,
  };
  checkGraph(graph);
  return graph;
}

/** What the operator makes of its operands. */
export function runOne<Kind extends OpKind>(
  kind: Kind,
  attributes: AttributesOf<Kind>,
  operands: readonly (Operand | undefined)[],
  output: TensorType,
): TensorData {
  return runAll(kind, attributes, operands, [output])[0];
}

/** Every output. */
export function runAll<Kind extends OpKind>(
  kind: Kind,
  attributes: AttributesOf<Kind>,
  operands: readonly (Operand | undefined)[],
  outputs: readonly TensorType[],
): readonly TensorData[] {
  const graph = oneNode(kind, attributes, operands, ...outputs);
  const inputs = graph.inputs.map((id) => (operands[id] as Operand).data);
  return createInterpreter(graph).invoke(inputs);
}
