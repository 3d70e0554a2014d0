/**
 * Makes a float32 graph easier to quantize without changing what it computes. A unit may have its incoming weights and bias
 * divided, and its outgoing weights multiplied, by any positive number, across RELU and whatever else a positive scale
 * crosses; choosing it so that the largest incoming and outgoing weights are alike lets one int8 scale serve all units.
 * Source: Nagel et al. 2019, "Data-Free Quantization Through Weight Equalization and Bias Correction", section 4.1.
 *
 * The paper is about layers with one scale for all weights: between two of these it is always done. Where weights have a
 * scale for each channel, which convolutions always have, it can lose as well as gain: what is left to serve is the
 * activation between them, and weights tell little of its ranges. It is done where the noise that they foretell falls clearly.
 */

import { Rewrite } from '../../ir/rewrite.ts';
import { opOf } from '../../ops/index.ts';
import { perIndex, withConstants } from '../linear.ts';
import type { Pass } from '../pass.ts';
import { estimatedNoise, type HasOneScale } from './estimated-noise.ts';
import { type UnitPair, unitPairOf } from './unit-pairs.ts';

export interface EqualizeOptions {
  /** One scale per unit of FULLY_CONNECTED weights instead of one in all. */
  readonly densePerChannel: boolean;
}

/** Factors as near to 1 as this are rounding. */
const NEAR_ONE = 1e-6;

/** The share of the estimated noise that may be left: it counts on inputs that are alike, so a little less is nothing. */
const WORTH = 0.85;

/** Beyond this ratio of incoming and outgoing weights a unit is off: training or a batch normalization made one side nothing. */
const OFF = 2 ** 16;

/**
 * Square roots of incoming over outgoing weights, the largest of each unit. 1 for units that are off: what made one of
 * their sides as large as others would be scales that no kernel computes, for values that are always zero.
 */
function balancingFactors({ first, second, unitOf }: UnitPair): Float64Array {
  const { outputs: units, outputOf } = first.layout;
  const incoming = perIndex(units, first.weights, outputOf, Math.abs, 'largest');
  const outgoing = perIndex(units, second.weights, unitOf, Math.abs, 'largest');
  return incoming.map((size, unit) => {
    const ratio = size / outgoing[unit];
    return ratio > 1 / OFF && ratio < OFF ? Math.sqrt(ratio) : 1;
  });
}

/** The same function; the graph stays as it is where float32 cannot hold the new constants. */
function divideUnits(rewrite: Rewrite, { first, second, unitOf }: UnitPair, factors: Float64Array): void {
  const { outputOf } = first.layout;
  const inverse = factors.map((factor) => 1 / factor);
  const smaller = first.weights.map((weight, index) => weight * inverse[outputOf(index)]);
  const bias = first.bias?.map((value, unit) => value * inverse[unit]);
  const larger = second.weights.map((weight, index) => weight * factors[unitOf(index)]);
  const divided = withConstants(rewrite, first, smaller, bias);
  const multiplied = withConstants(rewrite, second, larger, second.bias);
  if (divided === undefined || multiplied === undefined) return;
  rewrite.replace(first.node, divided);
  rewrite.replace(second.node, multiplied);
}

function isWorthIt(pair: UnitPair, factors: Float64Array, hasOneScale: HasOneScale): boolean {
  if (factors.every((factor) => Math.abs(factor - 1) < NEAR_ONE)) return false;
  if (hasOneScale(pair.first) && hasOneScale(pair.second)) return true;
  const asItIs = factors.map(() => 1);
  const before = estimatedNoise(pair, asItIs, hasOneScale);
  return estimatedNoise(pair, factors, hasOneScale) < WORTH * before;
}

/** Once from the inputs to the outputs: what a unit's outgoing weights become, its next incoming ones are balanced with. */
export function equalizeUnits({ densePerChannel }: EqualizeOptions): Pass {
  const hasOneScale: HasOneScale = ({ node }) => {
    const { quantRule } = opOf(node.kind);
    return quantRule.rule === 'weighted' && quantRule.perChannel === 'optional' && !densePerChannel;
  };
  return {
    name: 'equalize-units',
    run(graph) {
      const rewrite = new Rewrite(graph);
      for (const { outputs } of graph.nodes) {
        const pair = unitPairOf(rewrite, rewrite.producer(outputs[0]));
        if (pair === undefined) continue;
        const factors = balancingFactors(pair);
        if (isWorthIt(pair, factors, hasOneScale)) divideUnits(rewrite, pair, factors);
      }
      return rewrite.graph();
    },
  };
}
