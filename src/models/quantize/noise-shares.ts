/** How much of the noise at the end of a graph comes of each scale: of the activations that have it, rounded alone. */

import type { RecordSource } from '../../data/records/records.ts';
import type { Graph, ValueId } from '../../ir/graph.ts';
import { graphCost } from '../../ir/graph-cost.ts';
import type { NoiseShares } from '../../passes/quantize/headroom.ts';
import type { Calibrated } from '../../passes/quantize/methods/method.ts';
import { activationParameters, type Range } from '../../passes/quantize/parameters.ts';
import { withRoundedWeights } from '../../passes/quantize/rounded-weights.ts';
import { scaleOwners } from '../../passes/quantize/scale-owners.ts';
import { planTypes } from '../../passes/quantize/types/activation-types.ts';
import { heldRecords } from './held-records.ts';
import { referenceBytes } from './int8-noise.ts';
import { distanceOf, type RoundedValues, roundingNoise } from './noise-probe.ts';

const MOST_RECORDS = 32;
const LEAST_RECORDS = 8;
/** Multiply-accumulates that all runs together may take: a few seconds. */
const MOST_MACS = 1e9;
/** What is exact, and what is compared with it, in parts and whole. */
const HELD_AT_ONCE = 3;

function fewRecords(graph: Graph, records: RecordSource): RecordSource {
  const runs = graph.nodes.length + 2;
  const affordable = Math.floor(MOST_MACS / (runs * Math.max(1, graphCost(graph).macs)));
  return heldRecords(
    records,
    Math.max(LEAST_RECORDS, Math.min(MOST_RECORDS, affordable)),
    HELD_AT_ONCE * referenceBytes(graph),
  );
}

/** Of all that decide the scale of activations but the inputs, whose range is what it is. */
export function noiseShares(
  { graph, ranges, activations, densePerChannel }: Calibrated,
  records: RecordSource,
): NoiseShares {
  const few = fewRecords(graph, records);
  const { types } = planTypes(graph, activations);
  const roundedTo = (ids: readonly ValueId[], owner: ValueId): RoundedValues => {
    const dtype = types(owner);
    const quant = activationParameters(ranges.get(owner) as Range, dtype);
    return new Map(ids.map((id) => [id, { dtype, quant }]));
  };
  const owners = [...scaleOwners(graph, ranges, types)];
  const { exact, noise } = roundingNoise(graph, few, [
    ...owners.map(([owner, ids]) => roundedTo(ids, owner)),
    ...graph.inputs.map((id) => roundedTo([id], id)),
  ]);
  const own = noise.slice(0, owners.length);
  const ofInputs = noise.slice(owners.length);
  const ofWeights = distanceOf(withRoundedWeights(graph, densePerChannel), exact, few);
  // What leaves no number when it is rounded alone says nothing of how much noise there is with all the rest.
  const total = [ofWeights, ...ofInputs, ...own].filter(Number.isFinite).reduce((sum, one) => sum + one, 0);
  return { own: new Map(owners.map(([owner], index) => [owner, own[index]])), total };
}
