/** Makes graphs node by node, inferring shapes on the way; importers and readers work with it. */

import { withErrorContext } from '../core/errors.ts';
import type { PerTensorQuant } from '../core/quant-params.ts';
import type { DType, Shape, TensorData, TensorType } from '../core/tensor.ts';
import type { AttributesOf, OpKind } from '../ops/index.ts';
import { opOf } from '../ops/index.ts';
import { checkGraph } from './check-graph.ts';
import type { Graph, Node, Value, ValueId } from './graph.ts';

export class GraphBuilder {
  readonly #values = new Map<ValueId, Value>();
  readonly #nodes: Node[] = [];
  readonly #inputs: ValueId[] = [];

  #define(name: string, type: TensorType, data?: TensorData): ValueId {
    const id = this.#values.size;
    this.#values.set(id, data === undefined ? { id, name, type } : { id, name, type, data });
    return id;
  }

  input(name: string, type: TensorType): ValueId {
    const id = this.#define(name, type);
    this.#inputs.push(id);
    return id;
  }

  /** Lives from one inference to the next, and begins as a reset makes it. */
  state(name: string, type: TensorType): ValueId {
    const id = this.#define(name, type);
    this.#values.set(id, { id, name, type, state: {} });
    return id;
  }

  constant(name: string, type: TensorType, data: TensorData): ValueId {
    return this.#define(name, type, data);
  }

  typeOf(id: ValueId): TensorType {
    const value = this.#values.get(id);
    if (value === undefined) throw new Error(`value ${id} is not defined`);
    return value.type;
  }

  /** Appends a node with one output, whose shape is inferred; its type is the operator's, or that of input 0. */
  add<Kind extends OpKind>(
    kind: Kind,
    name: string,
    attributes: AttributesOf<Kind>,
    inputs: readonly (ValueId | undefined)[],
    dtype?: DType,
  ): ValueId {
    return this.addMany(kind, name, attributes, inputs, dtype)[0];
  }

  /** Appends a node with any number of outputs; further ones are named `name:1`, `name:2`. */
  addMany<Kind extends OpKind>(
    kind: Kind,
    name: string,
    attributes: AttributesOf<Kind>,
    inputs: readonly (ValueId | undefined)[],
    dtype?: DType,
  ): readonly ValueId[] {
    const op = opOf(kind);
    const shapes = inputs.map((id): Shape | undefined =>
      id === undefined ? undefined : this.typeOf(id).shape,
    );
    const outputDType = dtype ?? op.outputDType ?? this.typeOf(inputs[0] as ValueId).dtype;
    const outputs = withErrorContext(name, () => op.infer(attributes, shapes)).map((shape, index) =>
      this.#define(index === 0 ? name : `${name}:${index}`, { dtype: outputDType, shape }),
    );
    this.#nodes.push(nodeOf(kind, name, attributes, inputs, outputs));
    return outputs;
  }

  /** Appends a QUANTIZE to integers of these parameters. */
  quantize(name: string, input: ValueId, to: Pick<TensorType, 'dtype' | 'quant'>): ValueId {
    const output = this.#define(name, { ...to, shape: this.typeOf(input).shape });
    this.#nodes.push(nodeOf('quantize', name, {}, [input], [output]));
    return output;
  }

  /** What an input of integers stands for, which a node behind it says. */
  declare(input: ValueId, quant: PerTensorQuant): void {
    const value = this.#values.get(input);
    if (value === undefined || !this.#inputs.includes(input)) throw new Error(`value ${input} is no input`);
    this.#values.set(input, { ...value, type: { ...value.type, quant } });
  }

  /** The nodes so far that make `outputs` of `inputs`; undefined where these need other inputs or states, or are made by no node. */
  part(inputs: readonly ValueId[], outputs: readonly ValueId[]): Graph | undefined {
    const needed = new Set(outputs);
    const given = new Set(inputs);
    const nodes: Node[] = [];
    for (const node of this.#nodes.toReversed()) {
      if (!node.outputs.some((id) => needed.has(id) && !given.has(id))) continue;
      nodes.push(node);
      for (const id of node.inputs) if (id !== undefined) needed.add(id);
    }
    const made = new Set(nodes.flatMap((node) => node.outputs));
    const isThere = (id: ValueId): boolean =>
      made.has(id) || given.has(id) || this.#values.get(id)?.data !== undefined;
    if (![...needed].every(isThere) || !outputs.every((id) => made.has(id))) return undefined;
    const mentioned = [...this.#values].filter(([id]) => needed.has(id) || made.has(id) || given.has(id));
    return { values: new Map(mentioned), nodes: nodes.reverse(), inputs, outputs };
  }

  build(outputs: readonly ValueId[]): Graph {
    const graph = { values: this.#values, nodes: this.#nodes, inputs: this.#inputs, outputs };
    checkGraph(graph);
    return graph;
  }
}

/** A node of a kind known only as a type parameter; TypeScript cannot see that it is a member of the union. */
export function nodeOf<Kind extends OpKind>(
  kind: Kind,
  name: string,
  attributes: AttributesOf<Kind>,
  inputs: readonly (ValueId | undefined)[],
  outputs: readonly ValueId[],
): Node {
  return { kind, name, attributes, inputs, outputs } as unknown as Node;
}
