/**
 * A graph while a pass changes it: who makes and who reads a value, nodes replaced in place, fresh ids. The ids of
 * inputs and outputs never change; what nothing reads any more is gone when the graph is taken out.
 */

import type { TensorData, TensorType } from '../core/tensor.ts';
import { changedStates, type Graph, getValue, type Node, type Value, type ValueId } from './graph.ts';

export class Rewrite {
  readonly inputs: readonly ValueId[];
  readonly outputs: readonly ValueId[];
  readonly #values: Map<ValueId, Value>;
  #nodes: Node[];
  #nextId: ValueId;
  /** Made when asked for; a change touches what it changes, as graphs have as many nodes as passes make changes. */
  #producers: Map<ValueId, Node> | undefined;
  /** Values are missing whose readers have changed. */
  #consumers: Map<ValueId, Node[]> | undefined;

  constructor(graph: Graph) {
    this.inputs = graph.inputs;
    this.outputs = graph.outputs;
    this.#values = new Map(graph.values);
    this.#nodes = [...graph.nodes];
    this.#nextId = firstFreeId(graph);
  }

  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  value(id: ValueId): Value {
    return getValue({ values: this.#values }, id);
  }

  type(id: ValueId): TensorType {
    return this.value(id).type;
  }

  /** The elements of a float32 constant. */
  floats(id: ValueId | undefined): Float32Array | undefined {
    const data = id === undefined ? undefined : this.value(id).data;
    return data instanceof Float32Array ? data : undefined;
  }

  producer(id: ValueId): Node | undefined {
    this.#producers ??= new Map(this.#nodes.flatMap((node) => node.outputs.map((output) => [output, node])));
    return this.#producers.get(id);
  }

  /** Every node that reads the value, once for each operand. */
  consumers(id: ValueId): readonly Node[] {
    this.#consumers ??= this.#allConsumers();
    const known = this.#consumers.get(id);
    if (known !== undefined) return known;
    const found = this.#nodes.flatMap((node) => node.inputs.filter((input) => input === id).map(() => node));
    this.#consumers.set(id, found);
    return found;
  }

  #allConsumers(): Map<ValueId, Node[]> {
    const consumers = new Map<ValueId, Node[]>();
    for (const node of this.#nodes) {
      for (const input of node.inputs) {
        if (input === undefined) continue;
        const known = consumers.get(input);
        if (known === undefined) consumers.set(input, [node]);
        else known.push(node);
      }
    }
    return consumers;
  }

  isOutput(id: ValueId): boolean {
    return this.outputs.includes(id);
  }

  /** Whether one operand of one node is all that reads the value. */
  isReadOnce(id: ValueId): boolean {
    return !this.isOutput(id) && this.consumers(id).length === 1;
  }

  constant(name: string, type: TensorType, data: TensorData): ValueId {
    const id = this.#nextId++;
    this.#values.set(id, { id, name, type, data });
    return id;
  }

  /** A value that a new node will write. */
  fresh(name: string, type: TensorType): ValueId {
    const id = this.#nextId++;
    this.#values.set(id, { id, name, type });
    return id;
  }

  /** Lives from one inference to the next. */
  state(name: string, type: TensorType): ValueId {
    const id = this.fresh(name, type);
    this.#values.set(id, { id, name, type, state: {} });
    return id;
  }

  /** The same value under the same id, with another type or with data. */
  redefine(value: Value): void {
    this.#values.set(value.id, value);
  }

  /** Puts nodes, or none, where a node was. */
  replace(node: Node, ...by: readonly Node[]): void {
    const index = this.#nodes.indexOf(node);
    if (index < 0) throw new Error(`node "${node.name}" is not in the graph`);
    this.#nodes.splice(index, 1, ...by);
    this.#exchangeProducers(node, by);
    for (const { inputs } of [node, ...by])
      for (const input of inputs) if (input !== undefined) this.#consumers?.delete(input);
  }

  /** Half-way through a change two nodes may write a value: then the last in order counts, as when all are looked at. */
  #exchangeProducers(node: Node, by: readonly Node[]): void {
    const producers = this.#producers;
    if (producers === undefined) return;
    for (const output of node.outputs) producers.delete(output);
    const made = by.flatMap((other) => other.outputs.map((output) => [output, other] as const));
    const isTwice = made.some(([output]) => producers.has(output));
    for (const [output, other] of made) producers.set(output, other);
    const isOther = (other: Node): boolean =>
      other.outputs.some((id) => node.outputs.includes(id) && producers.get(id) !== other);
    if (isTwice || this.#nodes.some(isOther)) this.#producers = undefined;
  }

  /**
   * Makes `other`, which has the same elements, take the place of the one output of `node`, and removes the node.
   * False where both must stay: a graph output needs a node that writes it.
   */
  bypass(node: Node, other: ValueId): boolean {
    const [output] = node.outputs;
    if (!this.isOutput(output)) {
      this.replace(node);
      this.#rename(output, other);
      return true;
    }
    const producer = this.producer(other);
    if (producer === undefined || this.isOutput(other)) return false;
    this.replace(node);
    this.#rename(other, output);
    return true;
  }

  /** Every use and definition of a value under another id. */
  #rename(from: ValueId, to: ValueId): void {
    const rename = (id: ValueId): ValueId => (id === from ? to : id);
    const producer = this.producer(from);
    const concerned = new Set([...(producer === undefined ? [] : [producer]), ...this.consumers(from)]);
    for (const node of concerned) {
      const inputs = node.inputs.map((id) => (id === undefined ? undefined : rename(id)));
      this.replace(node, nodeWith(node, { inputs, outputs: node.outputs.map(rename) }));
    }
  }

  graph(): Graph {
    return dropUnreachable({
      values: this.#values,
      nodes: this.#nodes,
      inputs: this.inputs,
      outputs: this.outputs,
    });
  }
}

/** An id above all that are in use. */
export function firstFreeId(graph: Graph): ValueId {
  let free = 0;
  for (const id of graph.values.keys()) free = Math.max(free, id + 1);
  return free;
}

/** The node with some of its parts exchanged; the attributes must be those of its kind. */
export function nodeWith(
  node: Node,
  change: {
    readonly name?: string;
    readonly attributes?: Readonly<Record<string, unknown>>;
    readonly inputs?: readonly (ValueId | undefined)[];
    readonly outputs?: readonly ValueId[];
  },
): Node {
  const attributes = { ...node.attributes, ...change.attributes };
  return { ...node, ...change, attributes } as unknown as Node;
}

/** Values that the outputs depend on: what a node makes of them, and what one leaves in a state that is read. */
function neededValues(graph: Graph): ReadonlySet<ValueId> {
  const needed = new Set<ValueId>(graph.outputs);
  // A state is read by the next inference too, before anything that changed it in this one.
  for (let before = -1; before < needed.size; ) {
    before = needed.size;
    for (const node of [...graph.nodes].reverse()) {
      if (![...node.outputs, ...changedStates(node)].some((id) => needed.has(id))) continue;
      for (const id of node.inputs) if (id !== undefined) needed.add(id);
    }
  }
  return needed;
}

/** Without nodes that no output depends on and values that no node mentions. Inputs stay. */
export function dropUnreachable(graph: Graph): Graph {
  const needed = neededValues(graph);
  const nodes = graph.nodes.filter((node) =>
    [...node.outputs, ...changedStates(node)].some((id) => needed.has(id)),
  );
  const mentioned = new Set<ValueId>([
    ...needed,
    ...graph.inputs,
    ...nodes.flatMap(({ outputs }) => outputs),
  ]);
  if (nodes.length === graph.nodes.length && mentioned.size === graph.values.size) return graph;
  return {
    ...graph,
    values: new Map([...graph.values].filter(([id]) => mentioned.has(id))),
    nodes,
  };
}

/**
 * Offers every node to `rule` until it changes nothing more. A rule that returns true has changed the graph, and
 * must bring it closer to an end. The graph itself is returned where nothing was to do.
 */
export function rewriteNodes(graph: Graph, rule: (rewrite: Rewrite, node: Node) => boolean): Graph {
  const rewrite = new Rewrite(graph);
  let changed = false;
  let again = true;
  while (again) {
    again = false;
    for (const node of [...rewrite.nodes]) {
      // Changes made on the way may have replaced it.
      if (rewrite.producer(node.outputs[0]) === node && rule(rewrite, node)) again = true;
    }
    changed ||= again;
  }
  return changed ? rewrite.graph() : graph;
}
