/**
 * Which operators stay in float32 in an int8 graph besides those that have to: whatever lies with them between one value
 * and functions of it, element by element. SOFTPLUS as max(x, 0) + log(1 + exp(−|x|)) is then off by the rounding of its
 * ends alone, half a step of the output, where seven roundings on the way would add up.
 */

import { elementCount, sameShape } from '../../../core/tensor.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../../ir/graph.ts';
import { opOf } from '../../../ops/index.ts';

/** `hasNoIntegers` says which operators have to stay in float32. */
export function realRegions(graph: Graph, hasNoIntegers: (node: Node) => boolean): ReadonlySet<Node> {
  return new Regions(graph, hasNoIntegers).find();
}

class Regions {
  readonly #graph: Graph;
  readonly #hasNoIntegers: (node: Node) => boolean;
  readonly #producers = new Map<ValueId, Node>();
  readonly #consumers = new Map<ValueId, Node[]>();
  /** The value that another one is a function of, element by element; itself where there is none. */
  readonly #roots = new Map<ValueId, ValueId>();
  /** Values with an operator that has no integer form between the root and them. */
  readonly #real = new Set<ValueId>();

  constructor(graph: Graph, hasNoIntegers: (node: Node) => boolean) {
    this.#graph = graph;
    this.#hasNoIntegers = hasNoIntegers;
    for (const node of graph.nodes) {
      for (const id of node.outputs) this.#producers.set(id, node);
      for (const id of node.inputs) {
        if (id !== undefined) this.#consumers.set(id, [...(this.#consumers.get(id) ?? []), node]);
      }
    }
  }

  find(): ReadonlySet<Node> {
    const kept = new Set<Node>();
    for (const node of this.#graph.nodes) this.#follow(node);
    for (const id of this.#real) {
      if (!this.#isEnd(id)) continue;
      const end = this.#lastMixture(id);
      for (const node of this.#between(this.#entry(end), end)) kept.add(node);
    }
    return kept;
  }

  /** Without what int8 makes of one value alone behind it: that costs less than it gains. */
  #lastMixture(id: ValueId): ValueId {
    let end = id;
    for (;;) {
      const node = this.#producers.get(end);
      const operands = node === undefined ? undefined : this.#operands(node);
      if (node === undefined || this.#hasNoIntegers(node) || operands?.length !== 1) return end;
      [end] = operands;
    }
  }

  #root(id: ValueId): ValueId {
    return this.#roots.get(id) ?? id;
  }

  #follow(node: Node): void {
    const operands = this.#operands(node);
    const [output] = node.outputs;
    const roots = new Set(operands?.map((id) => this.#root(id)));
    const [root] = roots;
    if (operands === undefined || roots.size !== 1 || root === undefined) return;
    this.#roots.set(output, root);
    if (this.#hasNoIntegers(node) || operands.some((id) => this.#real.has(id))) {
      this.#real.add(output);
    }
  }

  /** What is computed of the operands, if the node makes float32 elements of them one by one and of scalars. */
  #operands(node: Node): ValueId[] | undefined {
    const { elementwise, broadcasts } = opOf(node.kind).traits;
    const inputs = node.inputs.filter((id) => id !== undefined);
    const { type } = getValue(this.#graph, node.outputs[0]);
    if (!(elementwise || broadcasts) || inputs.length !== (elementwise ? 1 : 2)) return undefined;
    const computed = inputs.filter((id) => getValue(this.#graph, id).data === undefined);
    const alike = inputs.every((id) => {
      const { type: own, data } = getValue(this.#graph, id);
      if (own.dtype !== 'float32' || type.dtype !== 'float32') return false;
      return data === undefined ? sameShape(own.shape, type.shape) : elementCount(own.shape) === 1;
    });
    return alike ? computed : undefined;
  }

  /** Read by somebody who needs it in int8. */
  #isEnd(id: ValueId): boolean {
    const readers = this.#consumers.get(id) ?? [];
    return (
      this.#graph.outputs.includes(id) ||
      readers.some(({ outputs: [output] }) => this.#root(output) !== this.#root(id))
    );
  }

  /** The last value in front of everything real that the end is a function of: the fewest operators lie between. */
  #entry(end: ValueId): ValueId {
    const candidates = [...this.#cone(end)].filter((id) => !this.#real.has(id));
    for (const id of candidates.reverse()) if (!this.#reachesPast(end, id)) return id;
    return this.#root(end);
  }

  /** All values between the root and the end, both included, in the order in which they are made. */
  #cone(end: ValueId): ReadonlySet<ValueId> {
    const root = this.#root(end);
    const members = new Set<ValueId>([end, root]);
    for (const node of [...this.#graph.nodes].reverse()) {
      if (!members.has(node.outputs[0]) || node.outputs[0] === root) continue;
      for (const id of this.#operands(node) ?? []) members.add(id);
    }
    const order = this.#graph.nodes.map(({ outputs }) => outputs[0]).filter((id) => members.has(id));
    return new Set([root, ...order]);
  }

  /** Whether the end depends on the root other than through `entry`. */
  #reachesPast(end: ValueId, entry: ValueId): boolean {
    const root = this.#root(end);
    if (entry === root) return false;
    return this.#between(entry, end).some((node) => this.#operands(node)?.includes(root));
  }

  #between(entry: ValueId, end: ValueId): Node[] {
    const wanted = new Set<ValueId>([end]);
    const nodes: Node[] = [];
    for (const node of [...this.#graph.nodes].reverse()) {
      const [output] = node.outputs;
      if (!wanted.has(output) || output === entry || output === this.#root(end)) continue;
      nodes.push(node);
      for (const id of this.#operands(node) ?? []) wanted.add(id);
    }
    return nodes;
  }
}
