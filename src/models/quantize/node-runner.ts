/** An int8 graph on records, one operator after another: each on all of them. */

import { type TensorData, tensorBytes } from '../../core/tensor.ts';
import { type RecordSource, recordLengthOf } from '../../data/records/records.ts';
import { createInterpreter } from '../../interpreter/interpreter.ts';
import { type Graph, getValue, type Node, statesOf, type ValueId } from '../../ir/graph.ts';
import { recordQuantizer } from '../run/record-inputs.ts';
import { distanceFrom, type Reference } from './int8-noise.ts';

/** What each value is in every record. */
type Held = Map<ValueId, TensorData[]>;

function heldInputs({ values, inputs }: Graph, records: RecordSource): Held {
  const quantize = recordQuantizer(inputs.map((id) => getValue({ values }, id).type));
  const record = new Float32Array(recordLengthOf(records));
  const held = new Map(inputs.map((id): [ValueId, TensorData[]] => [id, []]));
  for (let index = 0; index < records.count; index++) {
    records.read(index, 1, record);
    for (const [input, data] of quantize(record).entries()) held.get(inputs[input])?.push(data.slice());
  }
  return held;
}

/** Of one record: the most activations that are held at the same time. */
export function heldBytes(graph: Graph): number {
  const bytesOf = (id: ValueId): number => tensorBytes(getValue(graph, id).type);
  const lastReader = lastReaders(graph);
  let held = graph.inputs.reduce((sum, id) => sum + bytesOf(id), 0);
  let most = held;
  for (const [index, { inputs, outputs }] of graph.nodes.entries()) {
    for (const id of outputs) held += bytesOf(id);
    most = Math.max(most, held);
    for (const id of new Set(inputs)) {
      if (id === undefined || getValue(graph, id).data !== undefined) continue;
      if (lastReader.get(id) === index) held -= bytesOf(id);
    }
  }
  return most;
}

/** What gives constants to the states that a node reads, and the node: without it they would go on from record to record. */
function withAssignments({ nodes, values }: Graph, node: Node): readonly Node[] {
  const states = statesOf(node);
  if (states.length === 0) return [node];
  const assigns = nodes.slice(0, nodes.indexOf(node)).filter(({ kind, inputs: [state, value] }) => {
    if (kind !== 'assign_variable' || state === undefined || value === undefined) return false;
    return states.includes(state) && getValue({ values }, value).data !== undefined;
  });
  return [...assigns, node];
}

/** One operator on all records. */
function runNode(graph: Graph, node: Node, held: Held, count: number): void {
  const nodes = withAssignments(graph, node);
  const operands = nodes.flatMap(({ inputs }) => inputs.filter((id) => id !== undefined));
  const computed = [...new Set(operands)].filter((id) => held.has(id));
  const made = nodes.flatMap(({ outputs }) => outputs);
  const mentioned = [...operands, ...made].map((id) => [id, getValue(graph, id)] as const);
  const alone = { values: new Map(mentioned), nodes, inputs: computed, outputs: node.outputs };
  const interpreter = createInterpreter(alone);
  const results = node.outputs.map((): TensorData[] => []);
  for (let record = 0; record < count; record++) {
    const inputs = computed.map((id) => (held.get(id) as TensorData[])[record]);
    for (const [index, data] of interpreter.invoke(inputs).entries()) results[index].push(data.slice());
  }
  for (const [index, id] of node.outputs.entries()) held.set(id, results[index]);
}

/** The index of the last node that reads a value. */
function lastReaders({ nodes }: Graph): ReadonlyMap<ValueId | undefined, number> {
  return new Map(nodes.flatMap(({ inputs }, index) => inputs.map((id) => [id, index] as const)));
}

/** What all runs have in common. */
export interface Run {
  readonly records: RecordSource;
  /** What the judged values should be. */
  readonly reference: Reference;
}

/** Runs node after node; what nobody reads behind them is held no longer. */
export class NodeRunner {
  readonly #run: Run;
  readonly #held: Held;
  readonly #lastReader: ReadonlyMap<ValueId | undefined, number>;
  #next: number;
  #noise: number;

  /** Before the first node, or where `from` is; that one stays as it is. */
  constructor(graph: Graph, run: Run, from?: NodeRunner) {
    this.#run = run;
    this.#held = new Map(from === undefined ? heldInputs(graph, run.records) : from.#held);
    this.#lastReader = from === undefined ? lastReaders(graph) : from.#lastReader;
    this.#next = from === undefined ? 0 : from.#next;
    this.#noise = from === undefined ? 0 : from.#noise;
  }

  /** The index of the node that runs next. */
  get next(): number {
    return this.#next;
  }

  /** Squared distances of the judged values so far. */
  get noise(): number {
    return this.#noise;
  }

  /** Record by record; undefined for constants, and for what is held no longer. */
  valuesOf(id: ValueId | undefined): readonly TensorData[] | undefined {
    return id === undefined ? undefined : this.#held.get(id);
  }

  /** The next node, with the constants that `graph` has. */
  step(graph: Graph): void {
    const index = this.#next++;
    const node = graph.nodes[index];
    runNode(graph, node, this.#held, this.#run.records.count);
    for (const id of node.outputs) {
      const { type } = getValue(graph, id);
      for (const [record, expected] of (this.#run.reference.get(id) ?? []).entries()) {
        this.#noise += distanceFrom(expected, type, (this.#held.get(id) as TensorData[])[record]);
      }
    }
    for (const id of node.inputs) {
      if (id !== undefined && this.#lastReader.get(id) === index) this.#held.delete(id);
    }
  }
}
