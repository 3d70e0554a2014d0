/** What training left in weights for their integers to have too, and what that forbids. */

import { type Graph, getValue, type ValueId } from '../../../ir/graph.ts';
import { isLinear } from '../../linear.ts';
import { channelsAlong } from '../parameters.ts';

/**
 * By the ids of weights: zeros, or elements that are equal, each of which is rounded to its nearest integer; or weights of several
 * operators, which are rounded once, for all of them. Nothing moves them before.
 */
export type KeptWeights = ReadonlyMap<ValueId, 'zeros' | 'clusters' | 'shared'>;

/** What has them, or has none. */
export interface WithKept {
  readonly kept?: KeptWeights | undefined;
}

/** The same marks on a graph whose operators got other constants: weights are those of the operator with the same result. */
export function carriedKept(kept: KeptWeights, before: Graph, after: Graph): KeptWeights {
  const marks = new Map(
    before.nodes
      .filter(isLinear)
      .map(({ inputs: [, id], outputs: [output] }) => [output, kept.get(id as ValueId)]),
  );
  return new Map(
    after.nodes.filter(isLinear).flatMap(({ inputs: [, id], outputs: [output] }) => {
      const mark = marks.get(output);
      return mark === undefined || id === undefined ? [] : [[id, mark] as const];
    }),
  );
}

/**
 * With the weights that several operators have, as the steps of a recurrent layer do: what each operator rounded in its own
 * way would be as many weights in the file.
 */
export function withShared({ nodes }: Graph, kept: KeptWeights | undefined): KeptWeights | undefined {
  const once = new Set<ValueId>();
  const shared = new Map<ValueId, 'shared'>();
  for (const { inputs } of nodes.filter(isLinear)) {
    const weights = inputs[1];
    if (weights === undefined) continue;
    if (once.has(weights)) shared.set(weights, 'shared');
    once.add(weights);
  }
  return shared.size === 0 ? kept : new Map([...shared, ...(kept ?? [])]);
}

/** Bits of indices and of values of a byte. */
function tableBits(elements: number, tables: number, values: number): number {
  return elements * Math.ceil(Math.log2(values)) + 8 * tables * values;
}

/**
 * Whether weights that share few values over all channels along `axis` are to have one scale: with it, equal weights are
 * equal integers in all of them, and one table has them all. What is few in each channel alone has a scale and a table in each.
 */
export function wantsOneScale(graph: Graph, id: ValueId, axis: number, { kept }: WithKept): boolean {
  if (kept?.get(id) !== 'clusters') return false;
  const { type, data } = getValue(graph, id);
  if (!(data instanceof Float32Array)) return false;
  const channelOf = channelsAlong(axis, type.shape);
  const channels = Array.from({ length: type.shape[axis] }, () => new Set<number>());
  for (let i = 0; i < data.length; i++) channels[channelOf(i)].add(data[i]);
  const most = Math.max(...channels.map(({ size }) => size));
  return tableBits(data.length, 1, new Set(data).size) <= tableBits(data.length, channels.length, most);
}

/** Whether some weights are few values. */
export function hasClusters({ kept = new Map() }: WithKept): boolean {
  return [...kept.values()].includes('clusters');
}

/** Passes in front of quantization that add to weights what no output shows. */
const MOVING_PASSES = ['centre-logits'];

/** The names of passes to leave out for the sake of these weights. */
export function passesAgainst({ kept }: WithKept): readonly string[] {
  return kept === undefined || kept.size === 0 ? [] : MOVING_PASSES;
}
