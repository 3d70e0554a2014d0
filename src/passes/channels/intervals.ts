/**
 * Between which values each channel of each tensor stays, whatever the inputs of the graph: a channel is an index of
 * the last axis. int8 bounds are those of the integer kernels, exactly.
 */

import {
  allocate,
  elementCount,
  isQuantizedDType,
  QUANTIZED_LIMITS,
  type TensorData,
  type TensorType,
} from '../../core/tensor.ts';
import { type Graph, getValue, inputTypes, type Node, outputTypes, type ValueId } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';
import { kernelOf } from '../../ops/kernel-of.ts';
import { isLinear } from '../linear.ts';
import { channelCount } from '../scale-shift/scale-shift.ts';
import { constantOf, type IntervalMap, type Intervals, isBounded } from './interval.ts';
import { linearIntervals } from './linear-intervals.ts';

const UNLIMITED = { min: -Infinity, max: Infinity };

function unknown({ dtype, shape }: TensorType): Intervals {
  const channels = channelCount(shape);
  const { min, max } = isQuantizedDType(dtype) ? QUANTIZED_LIMITS[dtype] : UNLIMITED;
  return { low: new Float64Array(channels).fill(min), high: new Float64Array(channels).fill(max) };
}

/** The bounds of what is in `results`, tensors of the same type. */
function enclose(type: TensorType, results: readonly TensorData[]): Intervals {
  const channels = channelCount(type.shape);
  const low = new Float64Array(channels).fill(Infinity);
  const high = new Float64Array(channels).fill(-Infinity);
  for (const data of results as readonly ArrayLike<number>[]) {
    for (let i = 0; i < data.length; i++) {
      const channel = i % channels;
      const value = data[i];
      // Infinity less infinity, or times zero.
      low[channel] = Number.isNaN(value) ? -Infinity : Math.min(low[channel], value);
      high[channel] = Number.isNaN(value) ? Infinity : Math.max(high[channel], value);
    }
  }
  return { low, high };
}

/** Tensors with every channel at one of its bounds. */
interface Extremes {
  readonly low: TensorData;
  readonly high: TensorData;
}

function extremesOf(type: TensorType, { low, high }: Intervals): Extremes {
  const filled = (bounds: Float64Array): TensorData => {
    const data = allocate(type.dtype, elementCount(type.shape)) as Float32Array;
    for (let i = 0; i < data.length; i++) data[i] = bounds[i % bounds.length];
    return data;
  };
  return { low: filled(low), high: filled(high) };
}

/** Which operands are at their upper bound; with one direction for all of them two cases are enough. */
function corners(operands: number, monotone: boolean): boolean[][] {
  if (!monotone) return [false, true].map((high) => new Array<boolean>(operands).fill(high));
  return Array.from({ length: 2 ** operands }, (_, bits) =>
    Array.from({ length: operands }, (__, operand) => ((bits >> operand) & 1) === 1),
  );
}

/** Runs the operator's own kernel on the bounds of its operands. */
function perChannelIntervals(graph: Graph, node: Node, known: IntervalMap): Intervals | undefined {
  const { bounds } = opOf(node.kind).traits;
  if (bounds === 'unknown') return undefined;
  // Operators whose bounds are known have no operand that may be left out.
  const types = inputTypes(graph, node) as TensorType[];
  const [output] = outputTypes(graph, node);
  const kernel = kernelOf(node.kind, types[0].dtype);
  // Other integers wrap around, and no infinite bound fits them.
  if (![...types, output].every(isBounded)) return undefined;
  const operands = (node.inputs as readonly ValueId[]).map((id): Extremes | undefined => {
    const { data, type } = getValue(graph, id);
    const intervals = known.get(id);
    if (data !== undefined) return { low: data, high: data };
    return intervals && extremesOf(type, intervals);
  });
  if (kernel === undefined || operands.includes(undefined)) return undefined;
  const loop = kernel.build(kernel.prepare(node.attributes, types, [output]));
  const results = corners(operands.length, bounds === 'monotone').map((high) => {
    const result = allocate(output.dtype, elementCount(output.shape));
    const inputs = (operands as Extremes[]).map((extremes, index) => extremes[high[index] ? 'high' : 'low']);
    loop.run(inputs, [result]);
    return result;
  });
  const enclosed = enclose(output, results);
  if (bounds !== 'points') return enclosed;
  const input = known.get(node.inputs[0] as ValueId);
  const { low, high } = unknown(output);
  return {
    low: low.map((bound, channel) =>
      constantOf(input, channel) === undefined ? bound : enclosed.low[channel],
    ),
    high: high.map((bound, channel) =>
      constantOf(input, channel) === undefined ? bound : enclosed.high[channel],
    ),
  };
}

/** Weights and biases, most of all constants, are looked at one by one: nobody asks for their bounds. */
function askedFor({ nodes }: Graph): ReadonlySet<ValueId | undefined> {
  return new Set(nodes.flatMap((node) => (isLinear(node) ? node.inputs.slice(0, 1) : node.inputs)));
}

/** Of all that nodes compute and of what they read, but for weights and biases. */
export function channelIntervals(graph: Graph): IntervalMap {
  const known = new Map<ValueId, Intervals>();
  const asked = askedFor(graph);
  for (const { id, type, data } of graph.values.values()) {
    if (!isBounded(type)) continue;
    if (data !== undefined) {
      if (asked.has(id)) known.set(id, enclose(type, [data]));
    } else if (graph.inputs.includes(id)) known.set(id, unknown(type));
  }
  for (const node of graph.nodes) {
    const found = isLinear(node)
      ? linearIntervals(graph, node, known)
      : perChannelIntervals(graph, node, known);
    for (const id of node.outputs) known.set(id, found ?? unknown(getValue(graph, id).type));
  }
  return known;
}
