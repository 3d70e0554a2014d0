/** The one program representation: values, and nodes in execution order. Readonly throughout. */

import type { Shape, TensorData, TensorType } from '../core/tensor.ts';
import { type AttributesOf, type OpKind, opOf } from '../ops/index.ts';

/** Names a value within its graph. */
export type ValueId = number;

/** What makes a value a state: it lives from one inference to the next, and only operators that change it read it. */
export interface State {
  /** What it holds when the first inference begins; without it, and after a reset, `resetByte` fills it. */
  readonly initial?: TensorData;
}

/** What an operator reads or makes; a constant where it has data, a state where it lives on. */
export interface Value {
  readonly id: ValueId;
  readonly name: string;
  readonly type: TensorType;
  /** Present exactly for constants. */
  readonly data?: TensorData;
  /** Present exactly for states, which no node has among its outputs. */
  readonly state?: State;
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

/** The states that a node reads, and changes if its operator does. */
export function statesOf({ kind, inputs }: Node): ValueId[] {
  return (opOf(kind).states ?? []).flatMap((position) => inputs[position] ?? []);
}

/** The states that are others after the node. */
export function changedStates(node: Node): ValueId[] {
  return opOf(node.kind).leavesStates ? [] : statesOf(node);
}

/** Whether anything lives from one inference to the next. */
export function isStateful({ values }: TypedValues): boolean {
  return [...values.values()].some(({ state }) => state !== undefined);
}

/** Whether what the graph computes of a record depends on the records before it: not where states are assigned first. */
export function remembersRecords({ nodes }: Graph): boolean {
  const assigned = new Set<ValueId>();
  for (const node of nodes) {
    const [state] = node.inputs;
    if (node.kind === 'assign_variable' && state !== undefined) assigned.add(state);
    else if (statesOf(node).some((id) => !assigned.has(id))) return true;
  }
  return false;
}

/** With which byte a reset fills a state (tflite-micro 90b983c, `MicroInterpreterGraph::ResetTensorData`). */
export function resetByte({ dtype, quant }: TensorType): number {
  return dtype === 'int8' && quant?.scheme === 'per-tensor' ? quant.zeroPoint : 0;
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
