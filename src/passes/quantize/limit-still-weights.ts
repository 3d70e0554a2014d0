/**
 * Weights of channels that hold still. A batch normalization divides a channel by its deviation; folded into the weights
 * behind it, one that hardly ever changes has weights hundreds of times as large as the others, which share a scale with
 * them and round to nothing. What such a channel adds is a constant, and the bias can carry it: its weights are brought down
 * to the size of the others, and bias correction makes up for it. Whatever stirs the channel later moves the result the same
 * way as in float, only less.
 */

import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { channelLayout, type LinearNode, padsInput, perIndex } from '../linear.ts';

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
  const { inputs, outputs, inputOf, outputOf } = channelLayout(
    node,
    typeOf(input).shape,
    typeOf(operand).shape,
  );
  const isStill = Array.from(
    spreads(extremes, inputs, padsInput(node, typeOf)),
    (spread) => spread < inputScale,
  );
  if (!isStill.includes(true)) return weights;

  // Those that have a scale together.
  const groups = perChannel ? outputs : 1;
  const groupOf = (index: number): number => (perChannel ? outputOf(index) : 0);
  const moving = weights.map((weight, index) => (isStill[inputOf(index)] ? 0 : weight));
  const largest = perIndex(groups, moving, groupOf, Math.abs, 'largest');
  const ruling = perIndex(groups, weights, groupOf, Math.abs, 'largest').map((size, group) =>
    largest[group] > 0 && size > RULES * largest[group] ? 1 : 0,
  );
  return weights.map((weight, index) => {
    const limit = largest[groupOf(index)];
    return ruling[groupOf(index)] === 1 ? Math.max(-limit, Math.min(limit, weight)) : weight;
  });
}
