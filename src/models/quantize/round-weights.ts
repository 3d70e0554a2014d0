/**
 * Weights and biases of an int8 graph rounded anew, one operator after another, each on what those before it really compute
 * of the calibration records. Activations of all records that are given are held while somebody still reads them.
 */

import { sameQuant } from '../../core/quant-params.ts';
import { type TensorData, tensorBytes } from '../../core/tensor.ts';
import { type RecordSource, recordLengthOf } from '../../data/records/records.ts';
import { createInterpreter } from '../../interpreter/interpreter.ts';
import { type Graph, getValue, type Node, statesOf, type Value, type ValueId } from '../../ir/graph.ts';
import { graphCost } from '../../ir/graph-cost.ts';
import type { Calibrated } from '../../passes/quantize/methods/method.ts';
import type { WithKept } from '../../passes/quantize/rounding/kept-weights.ts';
import {
  type IntegerArray,
  type RoundedConstants,
  roundedNode,
  roundNode,
  seenInFloat,
} from '../../passes/quantize/rounding/round-node.ts';
import type { Statistics } from '../../passes/quantize/statistics.ts';
import { recordQuantizer } from '../run/record-inputs.ts';
import { distanceFrom, type Reference, referenceOf } from './int8-noise.ts';
import { type SharedReads, sharedReads } from './shared-reads.ts';

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

/** Of the mean variance; without an end no weight makes up for another. The first are tried of large networks too. */
const DAMPINGS = [0.1, 1, Infinity, 0.3, 0.03];
const FIRST = 3;
/** Multiply-accumulates of all records that make a network large: errors of many operators hardly depend on luck. */
const LARGE = 5e8;
/** 4 bits never do without. */
const INT4_DAMPINGS = [0.1];

interface Task extends WithKept {
  readonly reads: SharedReads;
  readonly float: Graph;
  readonly statistics: Statistics;
  readonly int8: Graph;
  readonly records: RecordSource;
  readonly reference: Reference;
}

interface Rounding {
  readonly int8: Graph;
  /** Of the judged values, against float32. */
  readonly noise: number;
}

function producersOf({ nodes }: Graph): ReadonlyMap<ValueId, Node> {
  return new Map(nodes.flatMap((node) => node.outputs.map((id): [ValueId, Node] => [id, node])));
}

/** The index of the last node that reads a value. */
function lastReaders({ nodes }: Graph): ReadonlyMap<ValueId | undefined, number> {
  return new Map(nodes.flatMap(({ inputs }, index) => inputs.map((id) => [id, index] as const)));
}

/** The constants of a node as they were rounded. */
function roundedValues(
  graph: Graph,
  { inputs }: Node,
  { weights, bias }: RoundedConstants,
): readonly (readonly [ValueId, Value])[] {
  return [weights, bias].map(({ quant, data }, index) => {
    const value = getValue(graph, inputs[index + 1] as ValueId);
    return [value.id, { ...value, type: { ...value.type, quant }, data }] as const;
  });
}

/** Weights that several operators share are rounded for all of them, or each to its nearest integer. */
type SharedForm = 'together' | 'nearest';

function roundOnce(task: Task, damping: number, sharedForm: SharedForm): Rounding {
  const { float, statistics, int8, records, reference, kept, reads } = task;
  let noise = 0;
  const producers = producersOf(float);
  const values = new Map(int8.values);
  const held = heldInputs(int8, records);
  const lastReader = lastReaders(int8);
  /** By float32 weights: what the first of the nodes that have them made of these. */
  const settled = new Map<ValueId, Value>();
  for (const [index, node] of int8.nodes.entries()) {
    const graph = { ...int8, values };
    const rounded = roundedNode(float, producers, graph, node);
    const inputs = held.get(node.inputs[0] as ValueId);
    const seen = rounded === undefined ? undefined : seenInFloat(rounded, statistics);
    if (rounded !== undefined && inputs !== undefined && seen !== undefined) {
      const [weights, common] = [node, rounded.floatNode].map(({ inputs: [, id] }) => id as ValueId);
      const mark = kept?.get(common);
      const first = settled.get(common);
      const isSettled =
        first !== undefined && sameQuant(first.type.quant, getValue(graph, weights).type.quant);
      if (isSettled) values.set(weights, { ...getValue(graph, weights), data: first.data as TensorData });
      const alike = reads.get(common);
      const isNearest = alike !== undefined && sharedForm === 'nearest';
      const stays = isSettled || isNearest || (mark !== undefined && mark !== 'shared');
      const others = alike?.has(node) ? [...alike].filter(([other]) => other !== node) : [];
      const own = inputs as IntegerArray[];
      const constants = roundNode(
        rounded,
        own,
        seen,
        stays ? Infinity : damping,
        others.map(([, read]) => read),
      );
      for (const [id, value] of roundedValues(graph, node, constants)) values.set(id, value);
      if (first === undefined) settled.set(common, getValue(graph, weights));
    }
    runNode(graph, node, held, records.count);
    for (const id of node.outputs) {
      const { type } = getValue(graph, id);
      for (const [record, expected] of (reference.get(id) ?? []).entries()) {
        noise += distanceFrom(expected, type, (held.get(id) as TensorData[])[record]);
      }
    }
    for (const id of node.inputs) if (id !== undefined && lastReader.get(id) === index) held.delete(id);
  }
  return { int8: { ...int8, values }, noise };
}

/**
 * `graph` is the one that `int8` was quantized from, `statistics` what calibration saw of it. Of small networks it is luck
 * how the errors of operators add up, and through the steps of a recurrent layer they feed back: several dampings are tried, shared
 * weights rounded together and each to its nearest integer, and what has the least noise at the end is kept.
 */
export function roundWeights(
  { graph: float, statistics, kept }: Pick<Calibrated, 'graph' | 'statistics' | 'kept'>,
  int8: Graph,
  records: RecordSource,
): Graph {
  const reference = referenceOf(float, records);
  const task = {
    float,
    statistics,
    int8,
    records,
    kept,
    reference,
    reads: sharedReads(float, int8, records),
  };
  const isLarge = graphCost(int8).macs * records.count > LARGE;
  const hasInt4 = [...int8.values.values()].some(({ type }) => type.dtype === 'int4');
  const dampings = hasInt4 ? INT4_DAMPINGS : isLarge ? DAMPINGS.slice(0, FIRST) : DAMPINGS;
  const forms: readonly SharedForm[] = task.reads.size > 0 ? ['together', 'nearest'] : ['together'];
  const tried = forms.flatMap((form) => dampings.map((damping) => roundOnce(task, damping, form)));
  return tried.reduce((best, one) => (one.noise < best.noise ? one : best)).int8;
}

/**
 * Weights and biases of nodes of `int4`, which is `int8` with 4-bit weights and has the same ids: each rounded alone, on what the
 * nodes before it compute in `int8`.
 */
export function roundAlternatives(
  { graph, statistics }: Pick<Calibrated, 'graph' | 'statistics'>,
  int8: Graph,
  int4: Graph,
  records: RecordSource,
): ReadonlyMap<ValueId, Value> {
  const producers = producersOf(graph);
  const alternatives = new Map<ValueId, Value>();
  const held = heldInputs(int8, records);
  const lastReader = lastReaders(int8);
  for (const [index, node] of int8.nodes.entries()) {
    const rounded = roundedNode(graph, producers, int4, int4.nodes[index]);
    const inputs = held.get(node.inputs[0] as ValueId);
    const seen = rounded === undefined ? undefined : seenInFloat(rounded, statistics);
    if (rounded !== undefined && inputs !== undefined && seen !== undefined) {
      const constants = roundNode(rounded, inputs as IntegerArray[], seen, INT4_DAMPINGS[0]);
      for (const [id, value] of roundedValues(int4, int4.nodes[index], constants))
        alternatives.set(id, value);
    }
    runNode(int8, node, held, records.count);
    for (const id of node.inputs) if (id !== undefined && lastReader.get(id) === index) held.delete(id);
  }
  return alternatives;
}
