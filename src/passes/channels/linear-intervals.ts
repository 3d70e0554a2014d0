/** Between which values the channels stay that convolutions and fully connected layers make. */

import { INT32_MAX, multiplyByQuantizedMultiplier } from '../../core/fixed-point.ts';
import { type Graph, getValue, inputTypes, outputTypes, type ValueId } from '../../ir/graph.ts';
import { type ChannelRequantization, clamp } from '../../kernels/int8/requantize.ts';
import { floatClamp } from '../../ops/fused-activation.ts';
import { opOf } from '../../ops/index.ts';
import type { Pair } from '../../ops/window.ts';
import { type ChannelLayout, channelLayout, type LinearNode } from '../linear.ts';
import { channelCount } from '../scale-shift/scale-shift.ts';
import { type TapRange, type Taps, tapsOf } from '../taps.ts';
import { type IntervalMap, type Intervals, isBounded, zeroOf } from './interval.ts';

/** From the bounds of an accumulator to those of the output. */
interface Finish {
  bounds(low: number, high: number, channel: number): readonly [low: number, high: number];
  /** Wider bounds of an accumulator than these give no wider ones of the output. */
  widest(channel: number): { readonly min: number; readonly max: number };
}

/** What two roundings to integers change at most. */
const ROUNDED = 2;

function finishOf(graph: Graph, node: LinearNode): Finish {
  const types = inputTypes(graph, node);
  const dtype = types[0]?.dtype;
  if (dtype === 'float32') {
    const { min, max } = floatClamp(node.attributes.activation);
    return {
      bounds: (low, high) => [clamp(Math.fround(low), min, max), clamp(Math.fround(high), min, max)],
      widest: () => ({ min, max }),
    };
  }
  if (dtype !== 'int8') {
    const anything = { min: -Infinity, max: Infinity };
    return { bounds: () => [-Infinity, Infinity], widest: () => anything };
  }
  const prepared = opOf(node.kind).kernels.int8?.prepare(node.attributes, types, outputTypes(graph, node));
  const { multipliers, shifts, outputZeroPoint, clampMin, clampMax } = prepared as ChannelRequantization;
  const finish = (sum: number, channel: number): number =>
    clamp(
      multiplyByQuantizedMultiplier(sum, multipliers[channel], shifts[channel]) + outputZeroPoint,
      clampMin,
      clampMax,
    );
  return {
    bounds(low, high, channel) {
      // Sums wrap around in int32, and so do sums shifted to the left: then any output may come of it.
      const room = INT32_MAX / 2 ** Math.max(0, shifts[channel]);
      if (low < -room || high > room) return [clampMin, clampMax];
      return [finish(low, channel), finish(high, channel)];
    },
    widest(channel) {
      const scale = multipliers[channel] * 2 ** (shifts[channel] - 31);
      return {
        min: (clampMin - outputZeroPoint - ROUNDED) / scale,
        max: (clampMax - outputZeroPoint + ROUNDED) / scale,
      };
    },
  };
}

/** More different windows than this at the edges of an image are not looked at one by one. */
const MOST_WINDOWS = 64;

/** So many products are added before the sum is asked whether it is as wide as it can be. */
const BLOCK = 16;

/** Sums of products over the taps of windows, from the least to the most that each may be. */
class SumBounds {
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly #weights: Float32Array;
  readonly #layout: ChannelLayout;
  readonly #bias: Float32Array | undefined;
  readonly #lows: Float64Array;
  readonly #highs: Float64Array;
  readonly #min: Float64Array;
  readonly #max: Float64Array;

  constructor(graph: Graph, node: LinearNode, input: Intervals, finish: Finish) {
    const [inputId, weightsId, biasId] = node.inputs as readonly [ValueId, ValueId, ValueId | undefined];
    const { type } = getValue(graph, inputId);
    const weights = getValue(graph, weightsId);
    this.#weights = weights.data as Float32Array;
    this.#layout = channelLayout(node, type.shape, weights.type.shape);
    this.#bias = biasId === undefined ? undefined : (getValue(graph, biasId).data as Float32Array);
    const zero = zeroOf(type);
    this.#lows = input.low.map((bound) => bound - zero);
    this.#highs = input.high.map((bound) => bound - zero);
    // Products of inputs that may be 0 widen a sum or leave it.
    const onlyWiden = this.#lows.every((bound) => bound <= 0) && this.#highs.every((bound) => bound >= 0);
    const { outputs } = this.#layout;
    this.low = new Float64Array(outputs);
    this.high = new Float64Array(outputs);
    this.#min = new Float64Array(outputs).fill(Number.NaN);
    this.#max = new Float64Array(outputs).fill(Number.NaN);
    for (let output = 0; output < outputs && onlyWiden; output++) {
      const { min, max } = finish.widest(output);
      this.#min[output] = min;
      this.#max[output] = max;
    }
  }

  /** Whether the output's bounds are as wide as anything could make them. */
  isWidest(output: number): boolean {
    return this.low[output] <= this.#min[output] && this.high[output] >= this.#max[output];
  }

  /** Begins anew with the biases, and adds up the taps inside of `window`, a flag for each, but for `settled` outputs. */
  sum(window: Uint8Array, settled: Uint8Array): void {
    for (let output = 0; output < this.low.length; output++) {
      this.low[output] = this.#bias?.[output] ?? 0;
      this.high[output] = this.low[output];
    }
    this.#layout.forEachRun((first, end, output, channel, tap) => {
      if (window[tap] === 1 && settled[output] === 0) this.#add(first, end, output, channel);
    });
  }

  /** Adds the weights `first` … `end` − 1, each times the bounds of its channel. */
  #add(first: number, end: number, output: number, channel: number): void {
    const [weights, lows, highs] = [this.#weights, this.#lows, this.#highs];
    let from = channel % lows.length;
    for (let i = first; i < end && !this.isWidest(output); ) {
      let least = this.low[output];
      let most = this.high[output];
      for (const stop = Math.min(end, i + BLOCK); i < stop; i++) {
        const weight = weights[i];
        // Zero times infinity would be no number.
        if (weight !== 0) {
          least += weight * (weight > 0 ? lows[from] : highs[from]);
          most += weight * (weight > 0 ? highs[from] : lows[from]);
        }
        if (++from === lows.length) from = 0;
      }
      this.low[output] = least;
      this.high[output] = most;
    }
  }
}

interface TapWindow {
  readonly rows: TapRange;
  readonly columns: TapRange;
}

function tapCount({ rows, columns }: TapWindow): number {
  return (rows.end - rows.first) * (columns.end - columns.first);
}

/** All windows that occur: the larger one is, the more outputs may be anything in it, which no other then changes. */
function largestFirst({ rows, columns }: Taps): TapWindow[] {
  const windows = rows.flatMap((row) => columns.map((column) => ({ rows: row, columns: column })));
  return windows.sort((a, b) => tapCount(b) - tapCount(a));
}

/** Which taps of a filter lie in ranges of its rows and columns, as ones. */
function windowWith([height, width]: Pair, { rows, columns }: TapWindow): Uint8Array {
  const window = new Uint8Array(height * width);
  for (let y = rows.first; y < rows.end; y++)
    window.fill(1, y * width + columns.first, y * width + columns.end);
  return window;
}

export function linearIntervals(graph: Graph, node: LinearNode, known: IntervalMap): Intervals | undefined {
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
  const sums = new SumBounds(graph, node, input, finish);
  const low = new Float64Array(channelCount(output.shape)).fill(Infinity);
  const high = low.map((bound) => -bound);
  const settled = new Uint8Array(low.length);
  for (const window of largestFirst(taps)) {
    if (settled.every((flag) => flag === 1)) break;
    sums.sum(windowWith(taps.filter, window), settled);
    for (let channel = 0; channel < low.length; channel++) {
      if (settled[channel] === 1) continue;
      const [from, to] = finish.bounds(sums.low[channel], sums.high[channel], channel);
      low[channel] = Math.min(low[channel], from);
      high[channel] = Math.max(high[channel], to);
      if (sums.isWidest(channel)) settled[channel] = 1;
    }
  }
  return { low, high };
}
