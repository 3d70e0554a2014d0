/** The graph that quantization makes, node by node: its values, and the same values as others want them. */

import { unsupportedError } from '../../core/errors.ts';
import type { PerTensorQuant, QuantParams } from '../../core/quant-params.ts';
import { type DType, isQuantizedDType, type QuantizedDType, type TensorData } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import { requireSupported } from '../../ir/check-graph.ts';
import { type Graph, getValue, type Node, type Value, type ValueId } from '../../ir/graph.ts';

/** An activation as integers. */
export interface IntegerType {
  readonly dtype: QuantizedDType;
  readonly quant: PerTensorQuant;
}

export class QuantizedValues {
  readonly #graph: Graph;
  readonly #values = new Map<ValueId, Value>();
  readonly #nodes: Node[] = [];
  /** What float operators read and write in place of an integer value, by its id. */
  readonly #reals = new Map<ValueId, ValueId>();
  /** Values in another type or scale, by id, type and parameters. */
  readonly #rescaled = new Map<string, ValueId>();
  #nextId: ValueId;

  /** `float` has the values by the same ids. */
  constructor(float: Graph) {
    this.#graph = float;
    this.#nextId = Math.max(-1, ...float.values.keys()) + 1;
  }

  graph(): Graph {
    const { inputs, outputs } = this.#graph;
    return { values: this.#values, nodes: this.#nodes, inputs, outputs };
  }

  /** Whether the value is no integer in the float graph either. */
  isReal(id: ValueId): boolean {
    return getValue(this.#graph, id).type.dtype === 'float32';
  }

  /** A constant as it is. */
  keep(value: Value): void {
    this.#values.set(value.id, value);
  }

  /** Indices, counts and conditions are integers already and have no scale. */
  keepInteger(id: ValueId): void {
    const value = getValue(this.#graph, id);
    const { name, type } = value;
    if (type.quant !== undefined) {
      throw unsupportedError(
        'not-float',
        `tensor "${name}" is ${type.dtype} with a scale already; only float models are quantized`,
      );
    }
    this.keep(value);
  }

  /** A state is one in integers, too. */
  define(id: ValueId, { dtype, quant }: IntegerType): void {
    const { name, type, state } = getValue(this.#graph, id);
    const lives = state === undefined ? {} : { state: {} };
    this.#values.set(id, { id, name, type: { dtype, shape: type.shape, quant }, ...lives });
  }

  constant(of: Value, dtype: DType, quant: QuantParams, data: TensorData): ValueId {
    const id = this.#nextId++;
    this.#values.set(id, { id, name: of.name, type: { dtype, shape: of.type.shape, quant }, data });
    return id;
  }

  /** Whether the value has its integers yet. */
  has(id: ValueId): boolean {
    return this.#values.has(id);
  }

  /** The integers of a value that has them. */
  typeOf(id: ValueId | undefined): IntegerType {
    const type = id === undefined ? undefined : this.#values.get(id)?.type;
    if (type === undefined || !isQuantizedDType(type.dtype) || type.quant?.scheme !== 'per-tensor')
      throw new Error(`value ${id} has no per-tensor parameters yet`);
    return { dtype: type.dtype, quant: type.quant };
  }

  /** Of an operand that is there and has parameters; 0 else. */
  largestScale(id: ValueId | undefined): number {
    const quant = id === undefined ? undefined : this.#values.get(id)?.type.quant;
    if (quant === undefined) return 0;
    return quant.scheme === 'per-tensor' ? quant.scale : quant.scales.reduce((a, b) => Math.max(a, b), 0);
  }

  /** Ranges decide scales, and scales whether a kernel computes the node. */
  add(node: Node): void {
    requireSupported({ values: this.#values }, node, this.#nodes.length);
    this.#nodes.push(node);
  }

  /** A value as float operators read it. */
  real(id: ValueId): ValueId {
    const value = getValue(this.#graph, id);
    const isKept = value.data !== undefined || value.state !== undefined;
    if (isKept) this.keep(value);
    if (isKept || !this.isReal(id)) return id;
    const known = this.#reals.get(id);
    if (known !== undefined) return known;
    const twin = this.defineReal(id);
    this.add(nodeOf('dequantize', value.name, {}, [id], [twin]));
    return twin;
  }

  /** A value that stays in float32, for all who read it. */
  keepReal(id: ValueId): void {
    this.keep(getValue(this.#graph, id));
    this.#reals.set(id, id);
  }

  /** The float32 twin of an integer value. */
  defineReal(id: ValueId): ValueId {
    const { name, type } = getValue(this.#graph, id);
    const twin = this.#nextId++;
    this.#values.set(twin, { id: twin, name, type });
    this.#reals.set(id, twin);
    return twin;
  }

  /** The same value in another type or scale, made once for all who want it. */
  rescale(id: ValueId, { dtype, quant }: IntegerType): ValueId {
    const key = `${id} ${dtype} ${quant.scale} ${quant.zeroPoint}`;
    const known = this.#rescaled.get(key);
    if (known !== undefined) return known;
    const { name, type } = getValue(this.#graph, id);
    const twin = this.#nextId++;
    this.#values.set(twin, { id: twin, name, type: { dtype, shape: type.shape, quant } });
    this.add(nodeOf('quantize', name, {}, [id], [twin]));
    this.#rescaled.set(key, twin);
    return twin;
  }
}
