/**
 * Float graphs that compute what an int8 graph would: every real number that is to be an integer goes through a QUANTIZE and at once
 * through a DEQUANTIZE. They come apart into the float graph and the scales that its tensors are to have.
 */

import { isQuantizedDType } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { Graph, Node, Value, ValueId } from '../../ir/graph.ts';
import { getValue } from '../../ir/graph.ts';
import { dropUnreachable, nodeWith, Rewrite } from '../../ir/rewrite.ts';
import { type Steps, sameSteps, stepsOf } from './grid.ts';

/** By ids of the float graph. */
export type DeclaredScales = ReadonlyMap<ValueId, Steps>;

export interface Declared {
  readonly graph: Graph;
  readonly scales: DeclaredScales;
  /** Values that others read in another scale. */
  readonly ambiguous: readonly ValueId[];
}

function isBoundary({ kind }: Node): boolean {
  return kind === 'quantize' || kind === 'dequantize';
}

function isIntegers(graph: Graph, id: ValueId | undefined): boolean {
  if (id === undefined) return false;
  const { dtype, quant } = getValue(graph, id).type;
  return quant !== undefined && (isQuantizedDType(dtype) || dtype === 'uint8');
}

/** From integers of one scale to those of another: something that is computed. */
function rescales(graph: Graph, { kind, inputs: [input], outputs: [output] }: Node): boolean {
  if (kind !== 'quantize') return false;
  const dtypes = [input as ValueId, output].map((id) => getValue(graph, id).type.dtype);
  return !dtypes.includes('float32') && !dtypes.includes('uint8');
}

/** Whether nothing computes with integers that have a scale, and some numbers are rounded to such. */
export function hasDeclaredScales(graph: Graph): boolean {
  const rounded = new Set<ValueId>();
  let isRounding = false;
  for (const node of graph.nodes) {
    const { kind, inputs, outputs } = node;
    if (!isBoundary(node) && [...inputs, ...outputs].some((id) => isIntegers(graph, id))) return false;
    if (rescales(graph, node)) return false;
    if (kind === 'quantize') rounded.add(outputs[0]);
    if (kind === 'dequantize' && rounded.has(inputs[0] as ValueId)) isRounding = true;
  }
  return isRounding;
}

/** The real numbers that integers are made of, up through changes of type; undefined for what comes from outside. */
function sourceOf(rewrite: Rewrite, integers: ValueId): ValueId {
  let id = integers;
  for (;;) {
    const producer = rewrite.producer(id);
    if (producer?.kind !== 'quantize') return id;
    id = producer.inputs[0] as ValueId;
    if (rewrite.type(id).dtype === 'float32') return id;
  }
}

class Apart {
  readonly #rewrite: Rewrite;
  readonly #graph: Graph;
  readonly #scales = new Map<ValueId, Steps>();
  readonly #ambiguous = new Set<ValueId>();
  /** Values by others that take their place. */
  readonly #places = new Map<ValueId, ValueId>();
  readonly #values: Map<ValueId, Value>;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#rewrite = new Rewrite(graph);
    this.#values = new Map(graph.values);
  }

  run(): Declared {
    for (const id of this.#graph.inputs) this.#realInput(id);
    const nodes: Node[] = [];
    for (const node of this.#graph.nodes) {
      if (isBoundary(node)) this.#boundary(node);
      else nodes.push(nodeWith(node, { inputs: node.inputs.map((id) => id && this.#place(id)) }));
    }
    const outputs = this.#graph.outputs.map((id) => this.#output(id, nodes));
    const { inputs } = this.#graph;
    const graph = dropUnreachable({ values: this.#values, nodes, inputs, outputs });
    return { graph, scales: this.#scales, ambiguous: [...this.#ambiguous] };
  }

  #place(id: ValueId): ValueId {
    return this.#places.get(id) ?? id;
  }

  #declare(id: ValueId, steps: Steps): void {
    const known = this.#scales.get(id);
    if (known === undefined) this.#scales.set(id, steps);
    else if (!sameSteps(known, steps)) this.#ambiguous.add(id);
  }

  /** Integers from outside become the real numbers that they stand for. */
  #realInput(id: ValueId): void {
    if (!isIntegers(this.#graph, id)) return;
    const { name, type } = getValue(this.#graph, id);
    this.#values.set(id, { id, name, type: { dtype: 'float32', shape: type.shape } });
    const own = stepsOf(this.#rewrite, id);
    if (own !== undefined) this.#declare(id, own);
  }

  #boundary({ kind, inputs, outputs }: Node): void {
    const [input] = inputs as readonly [ValueId];
    const real = this.#place(kind === 'dequantize' ? sourceOf(this.#rewrite, input) : input);
    this.#places.set(outputs[0], real);
    const steps = kind === 'quantize' ? stepsOf(this.#rewrite, outputs[0]) : undefined;
    if (steps !== undefined) this.#declare(real, steps);
  }

  /** Under the name of the end; an end that nothing makes any more, or that is one already, gets a node. */
  #output(id: ValueId, nodes: Node[]): ValueId {
    const real = this.#place(id);
    if (real === id) return id;
    const { name } = getValue(this.#graph, id);
    const value = this.#values.get(real) as Value;
    const isFree =
      !this.#graph.inputs.includes(real) &&
      !this.#graph.outputs.some((other) => other !== id && this.#place(other) === real);
    if (isFree && value.data === undefined) {
      this.#values.set(real, { ...value, name });
      return real;
    }
    this.#values.set(id, { id, name, type: { dtype: 'float32', shape: value.type.shape } });
    nodes.push(nodeOf('reshape', name, { newShape: value.type.shape }, [real], [id]));
    return id;
  }
}

/** Both apart. Numbers are no longer rounded in the graph. */
export function declaredScales(graph: Graph): Declared {
  return new Apart(graph).run();
}
