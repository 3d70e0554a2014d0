/**
 * Channels brought to sizes that int8 serves best, without changing what the graph computes: their factors are those with
 * the least predicted noise. It generalizes cross-layer equalization (Nagel et al. 2019, "Data-Free Quantization Through
 * Weight Equalization and Bias Correction") by what calibration saw, so that a network's activations and weights are
 * weighed against each other, and by groups of channels that branches and sums join. A channel that was never seen alive
 * has no reach: its factor brings the constants behind it to the size of the others, which they would else round to nothing.
 */

import type { Graph, ValueId } from '../../ir/graph.ts';
import { Rewrite } from '../../ir/rewrite.ts';
import { opOf } from '../../ops/index.ts';
import type { Linear } from '../linear.ts';
import { type FactorOf, type Statistics, scaledStatistics } from '../quantize/statistics.ts';
import type { TypeChoice } from '../quantize/types/activation-types.ts';
import { activationNoise, type NoiseTerm, type Places, weightNoise } from './predicted-noise.ts';
import { scaleChannels } from './scale-channels.ts';
import { ScaleGroups } from './scale-groups.ts';

export interface EqualizeOptions {
  /** One scale per unit of FULLY_CONNECTED weights instead of one in all. */
  readonly densePerChannel: boolean;
  /** What activations will be. */
  readonly activations: TypeChoice;
}

/** Into so many the range of an activation is divided; layers of int16 among int8 ones do not change that for the others. */
function activationSteps(activations: TypeChoice): number {
  return activations === 'int16' ? 65534 : 255;
}

const ITERATIONS = 100;
const FIRST_STEP = 0.05;
/** Of Adam: how fast its two means forget, and the size of a gradient below which steps grow short. */
const MOMENTUM = 0.9;
const SPREAD = 0.99;
const NOTHING = 1e-4;

/** How far below the end of a RELU6 a channel stays that is enlarged: later records reach further. */
const MARGIN = 1.5;
/** Fewer records do not tell what a channel reaches. */
const ENOUGH_RECORDS = 32;

/** What is known of an activation, and which factors its channels have. */
interface Channels {
  readonly places: Places;
  readonly reach: Float64Array;
  /** Mean square of each, over records and positions. */
  readonly power: Float64Array;
  /** Sum over channels of the variance. */
  readonly variance: number;
  /** Filled as readers are found. */
  readonly weight: Float64Array;
}

/** Nothing has a power below it. */
const LEAST_POWER = 1e-30;

class Prediction {
  readonly #statistics: Statistics;
  readonly #groups: ScaleGroups;
  readonly #places = new Map<number, number>();
  readonly #channels = new Map<ValueId, Channels>();
  /** The greatest factor of those that may only enlarge, by place. */
  readonly #most = new Map<number, number>();

  constructor(statistics: Statistics, groups: ScaleGroups) {
    this.#statistics = statistics;
    this.#groups = groups;
    for (const id of groups.activations) {
      if (!statistics.extremes.has(id)) continue;
      const channels = this.#seen(id);
      this.#channels.set(id, channels);
      const end = groups.endOf(id);
      if (end !== undefined) this.#limit(channels, end, statistics.count < ENOUGH_RECORDS);
    }
  }

  #limit({ places, reach }: Channels, end: number, isUncertain: boolean): void {
    for (const [channel, place] of places.entries()) {
      if (place === 0) continue;
      const most = isUncertain ? 1 : Math.max(1, end / (MARGIN * reach[channel]));
      this.#most.set(place, Math.min(most, this.#most.get(place) ?? Infinity));
    }
  }

  /** A factor that the activations on its way allow. */
  allowed(place: number, factor: number): number {
    const most = this.#most.get(place);
    return most === undefined ? factor : Math.max(1, Math.min(most, factor));
  }

  get parameters(): number {
    return this.#places.size;
  }

  /** From 1 on; 0 where its factor stays 1. */
  placeOf(id: ValueId, channel: number): number {
    const group = this.#groups.groupOf(id, channel);
    if (group === undefined) return 0;
    const known = this.#places.get(group) ?? this.#places.size + 1;
    this.#places.set(group, known);
    return known;
  }

  #seen(id: ValueId): Channels {
    const channels = this.#groups.channels(id);
    const { lows, highs } = this.#statistics.extremes.get(id) ?? { lows: [], highs: [] };
    const squares = this.#statistics.squares.get(id) as Float64Array;
    const means = this.#statistics.means.get(id) as Float64Array;
    const reach = new Float64Array(channels);
    const power = new Float64Array(channels);
    const positions = squares.length / channels;
    let variance = 0;
    for (let i = 0; i < squares.length; i++) {
      const channel = i % channels;
      reach[channel] = Math.max(reach[channel], -lows[i], highs[i]);
      power[channel] += squares[i] / positions;
      variance += Math.max(0, squares[i] - means[i] ** 2) / positions;
    }
    return {
      places: Int32Array.from({ length: channels }, (_, channel) => this.placeOf(id, channel)),
      reach,
      power,
      variance: Math.max(variance, LEAST_POWER),
      weight: new Float64Array(channels),
    };
  }

  #ofLinear(
    { node, layout, input, output, weights }: Linear,
    { densePerChannel }: EqualizeOptions,
  ): NoiseTerm[] {
    const from = this.#channels.get(input);
    const to = this.#channels.get(output);
    if (from === undefined || to === undefined) return [];
    const count = from.places.length;
    const sizes = new Float64Array(layout.outputs * count);
    layout.forEachRun((first, end, output, input) => {
      for (let i = first; i < end; i++) {
        const channel = (input + i - first) % count;
        const place = output * count + channel;
        from.weight[channel] += weights[i] ** 2 / to.variance;
        const size = Math.abs(weights[i]);
        if (size > sizes[place]) sizes[place] = size;
      }
    });
    // Its units have a scale and one channel each: no factor changes how they round.
    if (node.kind === 'depthwise_conv_2d') return [];
    const { quantRule } = opOf(node.kind);
    const taps = weights.length / (layout.outputs * count);
    return [
      weightNoise({
        inputs: from.places,
        outputs: to.places,
        sizes,
        power: from.power.map((value) => value * taps),
        outputPower: to.variance,
        hasOneScale: quantRule.rule === 'weighted' && quantRule.perChannel === 'optional' && !densePerChannel,
      }),
    ];
  }

  terms(rewrite: Rewrite, options: EqualizeOptions): readonly NoiseTerm[] {
    const linear = new Map(
      this.#groups.absorbers.flatMap((absorber) =>
        absorber.how === 'weights' ? [[absorber.linear.node, absorber.linear]] : [],
      ),
    );
    const terms = rewrite.nodes.flatMap((node) => {
      const weighted = linear.get(node as never);
      if (weighted !== undefined) return this.#ofLinear(weighted, options);
      const to = this.#channels.get(node.outputs[0]);
      for (const id of node.inputs) {
        const from = id === undefined ? undefined : this.#channels.get(id);
        if (to === undefined || from === undefined) continue;
        for (let channel = 0; channel < from.weight.length; channel++)
          from.weight[channel] += 1 / to.variance;
      }
      return [];
    });
    const activations = [...this.#channels.values()].filter(({ places }) =>
      places.some((place) => place > 0),
    );
    const steps = activationSteps(options.activations);
    return [...terms, ...activations.map((channels) => activationNoise({ ...channels, steps }))];
  }
}

/** Factors with the least noise that the descent came by (Adam: Kingma & Ba 2015, on the logarithm of the noise); the first is 1. */
function leastNoise(
  terms: readonly NoiseTerm[],
  parameters: number,
  allowed: (place: number, factor: number) => number,
): Float64Array {
  const count = 1 + parameters;
  const logarithms = new Float64Array(count);
  const point = { factors: new Float64Array(count).fill(1), gradient: new Float64Array(count) };
  const means = new Float64Array(count);
  const spreads = new Float64Array(count);
  let best = { noise: Infinity, factors: point.factors.slice() };
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    point.gradient.fill(0);
    let noise = 0;
    for (const term of terms) noise += term(point);
    if (noise < best.noise) best = { noise, factors: point.factors.slice() };
    const rate = FIRST_STEP * (1 - iteration / ITERATIONS);
    const [ofMean, ofSpread] = [1 - MOMENTUM ** (iteration + 1), 1 - SPREAD ** (iteration + 1)];
    for (let i = 1; i < count; i++) {
      const slope = point.gradient[i] / noise;
      means[i] = MOMENTUM * means[i] + (1 - MOMENTUM) * slope;
      spreads[i] = SPREAD * spreads[i] + (1 - SPREAD) * slope ** 2;
      logarithms[i] -= (rate * (means[i] / ofMean)) / (Math.sqrt(spreads[i] / ofSpread) + NOTHING);
      point.factors[i] = allowed(i, Math.exp(logarithms[i]));
      logarithms[i] = Math.log(point.factors[i]);
    }
  }
  return best.factors;
}

/** A graph and what calibration saw of it. */
export interface SeenGraph {
  readonly graph: Graph;
  readonly statistics: Statistics;
}

export function equalizeChannels({ graph, statistics }: SeenGraph, options: EqualizeOptions): SeenGraph {
  const rewrite = new Rewrite(graph);
  const groups = new ScaleGroups(rewrite);
  const prediction = new Prediction(statistics, groups);
  const terms = prediction.terms(rewrite, options);
  if (prediction.parameters === 0) return { graph, statistics };
  const factors = leastNoise(terms, prediction.parameters, (place, factor) =>
    prediction.allowed(place, factor),
  );
  const factorOf: FactorOf = (id, channel) => factors[prediction.placeOf(id, channel)];
  const scaled = scaleChannels(graph, groups, factorOf);
  if (scaled === undefined) return { graph, statistics };
  return { graph: scaled, statistics: scaledStatistics(statistics, graph, factorOf) };
}
