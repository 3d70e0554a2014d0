/**
 * What the loss would lose with a set of channels, to the first order (Molchanov et al., "Importance estimation for neural
 * network pruning", 2019): gradient times weight over all that reads them, which is what their removal takes away.
 */

import { drawnOf } from '../../../core/orders/shuffled-order.ts';
import { createRandom } from '../../../core/random.ts';
import { type Graph, getValue, type ValueId } from '../../../ir/graph.ts';
import type { ChannelSet } from '../../../passes/channels/channel-sets.ts';
import { channelLayout, isLinear } from '../../../passes/linear.ts';
import { forEachGradient } from '../../graph/for-each-gradient.ts';
import type { Objective } from '../../graph/objective.ts';
import type { LabelledSamples } from '../../trainer.ts';

/** Which set each weight of an operator reads; -1 for none of them. */
interface Reader {
  readonly weights: ValueId;
  readonly setOf: Int32Array;
}

function readersOf(graph: Graph, sets: readonly ChannelSet[]): readonly Reader[] {
  return graph.nodes.flatMap((node): Reader[] => {
    // A depthwise convolution carries channels on; who reads those counts.
    if (!isLinear(node) || node.kind === 'depthwise_conv_2d') return [];
    const [input, weights] = node.inputs as readonly [ValueId, ValueId];
    const { shape } = getValue(graph, input).type;
    const { type, data } = getValue(graph, weights);
    const channels = new Int32Array(shape.at(-1) ?? 1).fill(-1);
    for (const [number, set] of sets.entries()) {
      for (const channel of set.get(input) ?? []) channels[channel] = number;
    }
    if (data === undefined || channels.every((number) => number < 0)) return [];
    const layout = channelLayout(node, shape, type.shape);
    const setOf = Int32Array.from(
      data as Float32Array,
      (_, index) => channels[layout.inputOf(index) % channels.length],
    );
    return [{ weights, setOf }];
  });
}

/** More samples change little. */
const MOST_SAMPLES = 1024;

function someSamples(count: number, seed: number): Uint32Array {
  return drawnOf(createRandom(seed, 'importance of channels'), count, MOST_SAMPLES);
}

/** The mean over samples of the change of the loss of each, without its sign: one number for each set. */
export function channelImportance(
  graph: Graph,
  sets: readonly ChannelSet[],
  objective: Objective,
  train: LabelledSamples,
  seed: number,
): Float64Array {
  const readers = readersOf(graph, sets);
  const importance = new Float64Array(sets.length);
  const change = new Float64Array(sets.length);
  const samples = someSamples(train.x.count, seed);
  forEachGradient(graph, objective, train, samples, (gradientOf) => {
    change.fill(0);
    for (const { weights, setOf } of readers) {
      const [gradient, data] = [gradientOf(weights), getValue(graph, weights).data as Float32Array];
      for (let i = 0; i < data.length; i++) if (setOf[i] >= 0) change[setOf[i]] += gradient[i] * data[i];
    }
    for (let set = 0; set < change.length; set++) importance[set] += Math.abs(change[set]) / samples.length;
  });
  return importance;
}
