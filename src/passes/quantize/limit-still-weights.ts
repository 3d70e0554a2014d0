/**
 * Weights of channels that hold still. A batch normalization divides a channel by its deviation; folded into the weights
 * behind it, one that hardly ever changes has weights hundreds of times as large as the others, which share a scale with
 * them and round to nothing. What such a channel adds is a constant, and the bias can carry it: its weights are brought down
 * to the size of the others, and bias correction makes up for it. Whatever stirs the channel later moves the result the same
 * way as in float, only less.
 */

import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { channelLayout, type LinearNode, padsInput } from '../linear.ts';

/** The smallest and the largest value of every element of a tensor. */
export interface Extremes {
  readonly lows: Float32Array;
  readonly highs: Float32Array;
}

/** As many times as large as the others, weights of a still channel cost them two bits: more than what might stir it is worth. */
const RULES = 4;

/** How far each of `channels` moves; elements of a tensor are channel after channel. */
function spreads({ lows, highs }: Extremes, channels: number, includesZero: boolean): Float64Array {
  const low = new Float64Array(channels).fill(includesZero ? 0 : Infinity);
  const high = new Float64Array(channels).fill(includesZero ? 0 : -Infinity);
  for (let start = 0; start < lows.length; start += channels) {
    for (let channel = 0; channel < channels; channel++) {
      low[channel] = Math.min(low[channel], lows[start + channel]);
      high[channel] = Math.max(high[channel], highs[start + channel]);
    }
  }
  return high.map((value, channel) => value - low[channel]);
}

/**
 * The weights, or smaller ones for input channels that stay within one step of `inputScale`. Padding counts as what a channel
 * holds, for there its weights add nothing.
 */
export function limitStillWeights(
  graph: Graph,
  node: LinearNode,
  weights: Float32Array,
  extremes: Extremes,
  inputScale: number,
  perChannel: boolean,
): Float32Array {
  const typeOf = (id: ValueId) => getValue(graph, id).type;
  const [input, operand] = node.inputs as readonly [ValueId, ValueId];
  const layout = channelLayout(node, typeOf(input).shape, typeOf(operand).shape);
  const isStill = Uint8Array.from(spreads(extremes, layout.inputs, padsInput(node, typeOf)), (spread) =>
    spread < inputScale ? 1 : 0,
  );
  if (!isStill.includes(1)) return weights;

  // Those that have a scale together.
  const groupOf = (output: number): number => (perChannel ? output : 0);
  const largest = new Float64Array(layout.outputs);
  const moving = new Float64Array(layout.outputs);
  layout.forEachRun((first, end, output, input) => {
    const group = groupOf(output);
    for (let i = first; i < end; i++) {
      const size = Math.abs(weights[i]);
      if (size > largest[group]) largest[group] = size;
      if (size > moving[group] && isStill[input + i - first] === 0) moving[group] = size;
    }
  });
  const isRuled = largest.map((size, group) => (moving[group] > 0 && size > RULES * moving[group] ? 1 : 0));
  if (!isRuled.includes(1)) return weights;
  const limited = weights.slice();
  layout.forEachRun((first, end, output) => {
    const limit = moving[groupOf(output)];
    if (isRuled[groupOf(output)] === 0) return;
    for (let i = first; i < end; i++) limited[i] = Math.max(-limit, Math.min(limit, weights[i]));
  });
  return limited;
}
