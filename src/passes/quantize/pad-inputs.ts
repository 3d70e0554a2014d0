/**
 * A graph input that is normalized channel by channel in front of a convolution that is padded: with constants of each
 * channel's own number joined around it, scale and shift go into the convolution. That is for graphs whose ranges are known:
 * the numbers must lie within the input's, or its steps would be wider for them.
 */

import type { Graph, Node, Value, ValueId } from '../../ir/graph.ts';
import { getValue, inputTypes, outputTypes } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';
import { computeOnce } from '../../ops/kernel-of.ts';
import type { AnyKernel } from '../../ops/op.ts';
import { runPasses } from '../pass.ts';
import { foldScaleShiftForward } from '../scale-shift/fold-scale-shift-forward.ts';
import { padBeforeShifts } from '../scale-shift/pad-before-shift.ts';
import type { Extremes } from './limit-still-weights.ts';
import { activationParameters, type Range, rangeOf } from './parameters.ts';
import type { ElementStatistics } from './quantize-weighted.ts';

/** What calibration saw, by value id. */
export interface Seen extends ElementStatistics {
  readonly ranges: ReadonlyMap<ValueId, Range>;
  /** Mean square of every element. */
  readonly squares?: ReadonlyMap<ValueId, Float64Array>;
}

export interface SeenGraph<Statistics extends Seen> {
  readonly graph: Graph;
  readonly seen: Statistics;
}

/** Rounded to steps of the range, they stay in it. */
function liesWithin(numbers: Float32Array, range: Range): boolean {
  const { scale } = activationParameters(range);
  const { min, max } = rangeOf(numbers);
  return min > Math.min(0, range.min) - scale / 2 && max < Math.max(0, range.max) + scale / 2;
}

/** Statistics of what a node makes that only moves elements: what it makes of those of its operands. */
function movedStatistics(graph: Graph, node: Node, of: (value: Value) => ArrayLike<number>): Float32Array {
  const operands = node.inputs.map((id) => Float32Array.from(of(getValue(graph, id as ValueId))));
  const kernel = opOf(node.kind).kernels.float32 as AnyKernel;
  const types = [inputTypes(graph, node), outputTypes(graph, node)] as const;
  return computeOnce(kernel, node.attributes, ...types, operands)[0] as Float32Array;
}

/** What is known of constants and, by `known`, of other values. */
function knownOr(known: (id: ValueId) => ArrayLike<number>): (value: Value) => ArrayLike<number> {
  return ({ id, data }) => (data instanceof Float32Array ? data : known(id));
}

/** The statistics, with those of values that calibration did not see because movements of elements make them since. */
function withMoved<Statistics extends Seen>(graph: Graph, seen: Statistics): Statistics {
  const ranges = new Map(seen.ranges);
  const means = new Map(seen.means);
  const squares = new Map(seen.squares);
  const extremes = new Map<ValueId, Extremes>(seen.extremes);
  for (const node of graph.nodes) {
    const [output] = node.outputs;
    if (ranges.has(output) || getValue(graph, output).type.dtype !== 'float32') continue;
    // Numbers that are joined lie within it.
    const range = node.inputs.map((id) => ranges.get(id as ValueId)).find((known) => known !== undefined);
    ranges.set(output, range as Range);
    const moved = (known: (id: ValueId) => ArrayLike<number>) => movedStatistics(graph, node, knownOr(known));
    if (seen.means !== undefined)
      means.set(output, Float64Array.from(moved((id) => means.get(id) as Float64Array)));
    if (seen.squares !== undefined) {
      const known = ({ id, data }: Value): ArrayLike<number> =>
        data instanceof Float32Array ? data.map((value) => value ** 2) : (squares.get(id) as Float64Array);
      squares.set(output, Float64Array.from(movedStatistics(graph, node, known)));
    }
    if (seen.extremes !== undefined) {
      const lows = moved((id) => (extremes.get(id) as Extremes).lows);
      const highs = moved((id) => (extremes.get(id) as Extremes).highs);
      extremes.set(output, { lows, highs });
    }
  }
  return {
    ...seen,
    ranges,
    ...(seen.means === undefined ? {} : { means }),
    ...(seen.squares === undefined ? {} : { squares }),
    ...(seen.extremes === undefined ? {} : { extremes }),
  };
}

/** Without statistics of elements, ranges are placeholders, and inputs are taken to be normalized around their middle. */
export function padInputs<Statistics extends Seen>(graph: Graph, seen: Statistics): SeenGraph<Statistics> {
  const suits = (source: ValueId, numbers: Float32Array): boolean =>
    graph.inputs.includes(source) &&
    (seen.extremes === undefined || liesWithin(numbers, seen.ranges.get(source) as Range));
  const padded = padBeforeShifts(graph, suits);
  if (padded === graph) return { graph, seen };
  const folded = runPasses(padded, [foldScaleShiftForward]);
  return { graph: folded, seen: withMoved(folded, seen) };
}

/** The nodes that `padInputs` may take into a convolution. */
export function leavesForPadding(graph: Graph): ReadonlySet<Node> {
  const kept = new Set(padBeforeShifts(graph, (source) => graph.inputs.includes(source)).nodes);
  return new Set(graph.nodes.filter((node) => !kept.has(node)));
}
