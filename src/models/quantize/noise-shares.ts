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
import { judgedValues } from './judged-values.ts';
import { noiseProbe, type RoundedValues } from './noise-probe.ts';

const MOST_RECORDS = 32;
const LEAST_RECORDS = 8;
/** Multiply-accumulates that all runs together may take: a few seconds. */
const MOST_MACS = 1e9;
/** What is exact, and what is compared with it, in parts and whole. */
const HELD_AT_ONCE = 3;

function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}

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
  const judged = judgedValues(graph);
  const { types } = planTypes(graph, activations);
  const probe = noiseProbe(graph, judged, few);
  const exact = probe();
  const noiseOf = (rounded: RoundedValues): number => distance(probe(rounded), exact);
  const together = (ids: readonly ValueId[], owner: ValueId): number => {
    const dtype = types(owner);
    const quant = activationParameters(ranges.get(owner) as Range, dtype);
    return noiseOf(new Map(ids.map((id) => [id, { dtype, quant }])));
  };
  const owners = [...scaleOwners(graph, ranges, types)];
  const own = new Map(owners.map(([owner, ids]) => [owner, together(ids, owner)]));
  let total = distance(noiseProbe(withRoundedWeights(graph, densePerChannel), judged, few)(), exact);
  for (const id of graph.inputs) total += together([id], id);
  for (const noise of own.values()) total += noise;
  return { own, total };
}
