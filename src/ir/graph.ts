/** The one program representation: values, and nodes in execution order. Readonly throughout. */

import type { Shape, TensorData, TensorType } from '../core/tensor.ts';
import type { AttributesOf, OpKind } from '../ops/index.ts';

/** Names a value within its graph. */
export type ValueId = number;

/** What an operator reads or makes; a constant where it has data. */
export interface Value {
  readonly id: ValueId;
  readonly name: string;
  readonly type: TensorType;
  /** Present exactly for constants. */
  readonly data?: TensorData;
}

export interface NodeOf<Kind extends OpKind> {
  readonly kind: Kind;
  /** The layer it came from, for messages. */
  readonly name: string;
  readonly attributes: AttributesOf<Kind>;
  /** `undefined` where an optional operand is absent. */
  readonly inputs: readonly (ValueId | undefined)[];
  readonly outputs: readonly ValueId[];
}

/** Narrows by `kind`. */
export type Node = { [Kind in OpKind]: NodeOf<Kind> }[OpKind];

/** A model: values, and the operators between them in the order of their execution. */
export interface Graph {
  readonly values: ReadonlyMap<ValueId, Value>;
  readonly nodes: readonly Node[];
  readonly inputs: readonly ValueId[];
  readonly outputs: readonly ValueId[];
}

/** As much of a graph as tells the types of its values, of one that is being made too. */
export type TypedValues = Pick<Graph, 'values'>;

/** The value of an id; a missing one is a bug, since `checkGraph` has run. */
export function getValue(graph: TypedValues, id: ValueId): Value {
  const value = graph.values.get(id);
  if (value === undefined) throw new Error(`value ${id} is not in the graph`);
  return value;
}

export function inputTypes(graph: TypedValues, node: Node): (TensorType | undefined)[] {
  return node.inputs.map((id) => (id === undefined ? undefined : getValue(graph, id).type));
}

export function outputTypes(graph: TypedValues, node: Node): TensorType[] {
  return node.outputs.map((id) => getValue(graph, id).type);
}

export function inputShapes(graph: Graph, node: Node): (Shape | undefined)[] {
  return inputTypes(graph, node).map((type) => type?.shape);
}
