/**
 * Between which values each channel of each tensor stays, whatever the inputs of the graph: a channel is an index of
 * the last axis. int8 bounds are those of the integer kernels, exactly.
 */

import { INT32_MAX, multiplyByQuantizedMultiplier } from '../../core/fixed-point.ts';
import {
  allocate,
  elementCount,
  isQuantizedDType,
  QUANTIZED_LIMITS,
  type TensorData,
  type TensorType,
} from '../../core/tensor.ts';
import { type Graph, getValue, inputTypes, type Node, outputTypes, type ValueId } from '../../ir/graph.ts';
import { type ChannelRequantization, clamp } from '../../kernels/int8/requantize.ts';
import { floatClamp } from '../../ops/fused-activation.ts';
import { opOf } from '../../ops/index.ts';
import { kernelOf } from '../../ops/kernel-of.ts';
import { channelLayout, isLinear, type LinearNode } from '../linear.ts';
import { channelCount } from '../scale-shift/scale-shift.ts';
import { type TapRange, tapsOf } from '../taps.ts';

/** Inclusive bounds, one for each channel; int8 ones count quantized steps. */
export interface Intervals {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export type IntervalMap = ReadonlyMap<ValueId, Intervals>;

/** The value of a channel that never changes. */
export function constantOf(intervals: Intervals | undefined, channel: number): number | undefined {
  const low = intervals?.low[channel];
  return low !== undefined && low === intervals?.high[channel] && Number.isFinite(low) ? low : undefined;
}

/** The quantized value that stands for 0. */
export function zeroOf({ quant }: TensorType): number {
  return quant?.scheme === 'per-tensor' ? quant.zeroPoint : 0;
}

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

/** Whether intervals are known of values of the type; what reads others is left alone. */
export function isBounded({ dtype }: TensorType): boolean {
  return dtype === 'float32' || dtype === 'int8';
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

/** From the bounds of an accumulator to those of the output. */
type Finish = (low: number, high: number, channel: number) => readonly [low: number, high: number];

function finishOf(graph: Graph, node: LinearNode): Finish {
  const types = inputTypes(graph, node);
  const dtype = types[0]?.dtype;
  if (dtype === 'float32') {
    const { min, max } = floatClamp(node.attributes.activation);
    return (low, high) => [clamp(Math.fround(low), min, max), clamp(Math.fround(high), min, max)];
  }
  if (dtype !== 'int8') return () => [-Infinity, Infinity];
  const prepared = opOf(node.kind).kernels.int8?.prepare(node.attributes, types, outputTypes(graph, node));
  const { multipliers, shifts, outputZeroPoint, clampMin, clampMax } = prepared as ChannelRequantization;
  const finish = (sum: number, channel: number): number =>
    clamp(
      multiplyByQuantizedMultiplier(sum, multipliers[channel], shifts[channel]) + outputZeroPoint,
      clampMin,
      clampMax,
    );
  return (low, high, channel) => {
    // Sums wrap around in int32, and so do sums shifted to the left: then any output may come of it.
    const room = INT32_MAX / 2 ** Math.max(0, shifts[channel]);
    if (low < -room || high > room) return [clampMin, clampMax];
    return [finish(low, channel), finish(high, channel)];
  };
}

/** More different windows than this at the edges of an image are not looked at one by one. */
const MOST_WINDOWS = 64;

/** Adds the weights `first` … `end` − 1, each times the bounds of its channel, to bounds of an output. */
function addProducts(
  weights: ArrayLike<number>,
  first: number,
  end: number,
  [lows, highs]: readonly Float64Array[],
  channel: number,
  low: Float64Array,
  high: Float64Array,
  output: number,
): void {
  let [least, most] = [low[output], high[output]];
  for (let i = first, from = channel % lows.length; i < end; i++) {
    const weight = weights[i];
    // Zero times infinity would be no number.
    if (weight !== 0) {
      least += weight * (weight > 0 ? lows[from] : highs[from]);
      most += weight * (weight > 0 ? highs[from] : lows[from]);
    }
    if (++from === lows.length) from = 0;
  }
  low[output] = least;
  high[output] = most;
}

/** Sums over the taps of one window: inside the image bounds of the input, outside of it zeros. */
function sumIntervals(
  graph: Graph,
  node: LinearNode,
  input: Intervals,
  filterWidth: number,
  rows: TapRange,
  columns: TapRange,
): Intervals {
  const [inputId, weightsId, biasId] = node.inputs as readonly [ValueId, ValueId, ValueId | undefined];
  const { type: weightsType, data } = getValue(graph, weightsId);
  const { type: inputType } = getValue(graph, inputId);
  const weights = data as Float32Array;
  const layout = channelLayout(node, inputType.shape, weightsType.shape);
  const bias = biasId === undefined ? undefined : (getValue(graph, biasId).data as Float32Array);
  const low = Float64Array.from({ length: layout.outputs }, (_, channel) => bias?.[channel] ?? 0);
  const high = low.slice();
  const zero = zeroOf(inputType);
  const inputs = [input.low, input.high].map((bounds) => bounds.map((bound) => bound - zero));
  layout.forEachRun((first, end, output, channel, tap) => {
    const y = Math.floor(tap / filterWidth);
    const x = tap % filterWidth;
    if (y < rows.first || y >= rows.end || x < columns.first || x >= columns.end) return;
    addProducts(weights, first, end, inputs, channel, low, high, output);
  });
  return { low, high };
}

function linearIntervals(graph: Graph, node: LinearNode, known: IntervalMap): Intervals | undefined {
  const [inputId, weightsId, biasId] = node.inputs as readonly [ValueId, ValueId, ValueId | undefined];
  const input = known.get(inputId);
  const weights = getValue(graph, weightsId);
  const constant = [weightsId, biasId].every(
    (id) => id === undefined || getValue(graph, id).data !== undefined,
  );
  if (input === undefined || !constant || !isBounded(getValue(graph, inputId).type)) return undefined;
  const inputShape = getValue(graph, inputId).type.shape;
  const [output] = outputTypes(graph, node);
  const rowLength = channelLayout(node, inputShape, weights.type.shape).inputs;
  const taps = tapsOf(node, inputShape, weights.type.shape, output.shape);
  // A fully connected layer may take several rows out of one pixel.
  if (rowLength % input.low.length !== 0 || taps.rows.length * taps.columns.length > MOST_WINDOWS) {
    return undefined;
  }
  const finish = finishOf(graph, node);
  const low = new Float64Array(channelCount(output.shape)).fill(Infinity);
  const high = low.map((bound) => -bound);
  for (const rows of taps.rows) {
    for (const columns of taps.columns) {
      const sums = sumIntervals(graph, node, input, taps.filter[1], rows, columns);
      for (let channel = 0; channel < low.length; channel++) {
        const [from, to] = finish(sums.low[channel], sums.high[channel], channel);
        low[channel] = Math.min(low[channel], from);
        high[channel] = Math.max(high[channel], to);
      }
    }
  }
  return { low, high };
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
