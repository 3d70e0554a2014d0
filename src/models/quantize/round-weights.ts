/**
 * Weights and biases of an int8 graph rounded anew, one operator after another, each on what those before it really compute
 * of the calibration records. Activations of all records that are given are held while somebody still reads them.
 */

import { sameQuant } from '../../core/quant-params.ts';
import type { TensorData } from '../../core/tensor.ts';
import type { RecordSource } from '../../data/records/records.ts';
import { type Graph, getValue, type Node, type Value, type ValueId } from '../../ir/graph.ts';
import { graphCost } from '../../ir/graph-cost.ts';
import type { Calibrated } from '../../passes/quantize/methods/method.ts';
import type { WithKept } from '../../passes/quantize/rounding/kept-weights.ts';
import type { IntegerArray } from '../../passes/quantize/rounding/read-integers.ts';
import {
  NodeRounder,
  type RoundedConstants,
  seenInFloat,
} from '../../passes/quantize/rounding/round-node.ts';
import { roundedNode } from '../../passes/quantize/rounding/rounded-node.ts';
import type { Statistics } from '../../passes/quantize/statistics.ts';
import { referenceOf } from './int8-noise.ts';
import { NodeRunner, type Run } from './node-runner.ts';
import { type SharedReads, sharedReads } from './shared-reads.ts';

/** Of the mean variance; without an end no weight makes up for another. The first are tried of large networks too. */
const DAMPINGS = [0.1, 1, Infinity, 0.3, 0.03];
const FIRST = 3;
/** Multiply-accumulates of all records that make a network large: errors of many operators hardly depend on luck. */
const LARGE = 5e8;
/** 4 bits never do without. */
const INT4_DAMPINGS = [0.1];

/** A node of integers that is rounded anew. */
interface Rounded {
  /** The constant of its weights in float32. */
  readonly common: ValueId;
  readonly rounder: NodeRounder;
}

type RoundedNodes = ReadonlyMap<Node, Rounded>;

interface Task extends WithKept {
  readonly reads: SharedReads;
  readonly nodes: RoundedNodes;
  readonly int8: Graph;
  readonly run: Run;
  /** Before the first of the rounded nodes. */
  readonly start: NodeRunner;
}

interface Rounding {
  readonly int8: Graph;
  /** Of the judged values, against float32. */
  readonly noise: number;
}

function producersOf({ nodes }: Graph): ReadonlyMap<ValueId, Node> {
  return new Map(nodes.flatMap((node) => node.outputs.map((id): [ValueId, Node] => [id, node])));
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

/** Those of `int8` that calibration saw of `float`. */
function roundedNodes(float: Graph, int8: Graph, statistics: Statistics): RoundedNodes {
  const producers = producersOf(float);
  return new Map(
    int8.nodes.flatMap((node): [Node, Rounded][] => {
      const rounded = roundedNode(float, producers, int8, node);
      const seen = rounded === undefined ? undefined : seenInFloat(rounded, statistics);
      if (rounded === undefined || seen === undefined) return [];
      const common = rounded.floatNode.inputs[1] as ValueId;
      return [[node, { common, rounder: new NodeRounder(rounded, seen) }]];
    }),
  );
}

/** Run as far as everything is the same, however weights are rounded. */
function runToFirst(int8: Graph, nodes: RoundedNodes, run: Run): NodeRunner {
  const runner = new NodeRunner(int8, run);
  while (runner.next < int8.nodes.length && !nodes.has(int8.nodes[runner.next])) runner.step(int8);
  return runner;
}

function roundOnce(task: Task, damping: number, sharedForm: SharedForm): Rounding {
  const { int8, nodes, kept, reads, run } = task;
  const values = new Map(int8.values);
  const graph = { ...int8, values };
  const runner = new NodeRunner(int8, run, task.start);
  /** By float32 weights: what the first of the nodes that have them made of these. */
  const settled = new Map<ValueId, Value>();
  while (runner.next < int8.nodes.length) {
    const node = int8.nodes[runner.next];
    const rounded = nodes.get(node);
    const inputs = runner.valuesOf(node.inputs[0]);
    if (rounded !== undefined && inputs !== undefined) {
      const { common, rounder } = rounded;
      const weights = node.inputs[1] as ValueId;
      const mark = kept?.get(common);
      const first = settled.get(common);
      const isSettled =
        first !== undefined && sameQuant(first.type.quant, getValue(graph, weights).type.quant);
      if (isSettled) values.set(weights, { ...getValue(graph, weights), data: first.data as TensorData });
      const alike = reads.get(common);
      const isNearest = alike !== undefined && sharedForm === 'nearest';
      const stays = isSettled || isNearest || (mark !== undefined && mark !== 'shared');
      const others = alike?.has(node) ? [...alike].filter(([other]) => other !== node) : [];
      const constants = rounder.round(
        graph,
        inputs as IntegerArray[],
        stays ? Infinity : damping,
        others.map(([, read]) => read),
      );
      for (const [id, value] of roundedValues(graph, node, constants)) values.set(id, value);
      if (first === undefined) settled.set(common, getValue(graph, weights));
    }
    runner.step(graph);
  }
  return { int8: graph, noise: runner.noise };
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
  const nodes = roundedNodes(float, int8, statistics);
  const run = { records, reference: referenceOf(float, records) };
  const start = runToFirst(int8, nodes, run);
  const task = { nodes, int8, run, start, kept, reads: sharedReads(float, int8, records) };
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
  const nodes = roundedNodes(graph, int4, statistics);
  const alternatives = new Map<ValueId, Value>();
  const runner = new NodeRunner(int8, { records, reference: new Map() });
  while (runner.next < int8.nodes.length) {
    const node = int4.nodes[runner.next];
    const rounded = nodes.get(node);
    const inputs = runner.valuesOf(node.inputs[0]);
    if (rounded !== undefined && inputs !== undefined) {
      const constants = rounded.rounder.round(int4, inputs as IntegerArray[], INT4_DAMPINGS[0]);
      for (const [id, value] of roundedValues(int4, node, constants)) alternatives.set(id, value);
    }
    runner.step(int8);
  }
  return alternatives;
}
