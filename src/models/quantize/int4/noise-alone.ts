/** The noise that each layer adds with 4-bit weights alone: rounded on what its int8 graph computes, and run in its place. */

import type { Graph, Value, ValueId } from '../../../ir/graph.ts';
import type { WorkContext } from '../../run/spread/spread-records.ts';
import { plainlyQuantized } from '../apply-methods.ts';
import { roundingRecords } from '../quantize-calibrated.ts';
import { roundAlternatives } from '../round-weights.ts';
import type { Candidate } from './candidates.ts';
import type { Side } from './judge.ts';
import type { Item } from './pareto-front.ts';

/** Nothing is for free. */
const LEAST_NOISE = 1e-12;

/** The constants of the nodes of a layer, as they are with 4-bit weights. */
function constantsOf(
  int4: Graph,
  rounded: ReadonlyMap<ValueId, Value>,
  { outputs }: Candidate,
): readonly (readonly [ValueId, Value])[] {
  const ids = int4.nodes.filter((node) => outputs.includes(node.outputs[0])).flatMap(({ inputs }) => inputs);
  return ids.flatMap((id) => {
    const value = id === undefined ? undefined : (rounded.get(id) ?? int4.values.get(id));
    return value?.data === undefined ? [] : [[value.id, value] as const];
  });
}

async function addNoise(
  side: Side,
  candidates: readonly Candidate[],
  noise: Float64Array,
  context: WorkContext,
): Promise<void> {
  const { calibrated, int8, calibrating } = side;
  const all = new Set(candidates.flatMap(({ outputs }) => outputs));
  // Constants have the same ids in both.
  const int4 = plainlyQuantized({ ...calibrated, int4: all });
  let rounded: ReadonlyMap<ValueId, Value> = new Map();
  if (calibrated.rounding === 'compensated') {
    const { statistics, records } = await roundingRecords(calibrated, int8, calibrating, context);
    rounded = roundAlternatives({ graph: calibrated.graph, statistics }, int8, int4, records);
  }
  for (const [index, candidate] of candidates.entries()) {
    const values = new Map([...int8.values, ...constantsOf(int4, rounded, candidate)]);
    noise[index] += side.distanceOf({ ...int8, values });
  }
}

/** Sides add up. */
export async function noiseAlone(
  sides: readonly Side[],
  candidates: readonly Candidate[],
  context: WorkContext,
): Promise<readonly Item[]> {
  const noise = new Float64Array(candidates.length);
  for (const side of sides) await addNoise(side, candidates, noise, context);
  return candidates.map(({ name, saved }, index) => ({
    name,
    saved,
    noise: Math.max(LEAST_NOISE, noise[index]),
  }));
}
