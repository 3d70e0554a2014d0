/** Which channels go until a graph costs no more than it may: those that matter least for what they save. */

import { elementCount } from '../../../core/tensor.ts';
import { type Graph, getValue, type ValueId } from '../../../ir/graph.ts';
import { type ChannelSet, withoutChannelSets } from '../../../passes/channels/channel-sets.ts';
import type { Cost } from '../method.ts';
import { roughCost } from './rough-cost.ts';

/** The most that each figure may be; what is not named may be anything. */
export type CostLimits = Readonly<Partial<Record<keyof Cost, number>>>;

export const COST_NAMES = ['macs', 'parameters', 'arenaBytes', 'fileBytes'] as const;

/** The figures that are above their limits. */
export function exceeded(cost: Cost, limits: CostLimits): readonly (keyof Cost)[] {
  return COST_NAMES.filter((name) => cost[name] > (limits[name] ?? Number.POSITIVE_INFINITY));
}

/** Sets with as many channels of the same tensors save the same. */
interface Alike {
  /** The least important first. */
  readonly sets: readonly ChannelSet[];
  readonly importances: readonly number[];
  /** So many go at a time. */
  readonly stride: number;
  removed: number;
}

/** Choices made of a layer before costs are asked again. */
const STRIDES = 32;

function grouped(sets: readonly ChannelSet[], importance: Float64Array): Alike[] {
  const bySize = new Map<string, number[]>();
  for (const [number, set] of sets.entries()) {
    const size = Array.from(set, ([id, channels]) => `${id}:${channels.length}`).join();
    bySize.set(size, [...(bySize.get(size) ?? []), number]);
  }
  return [...bySize.values()].map((numbers) => {
    const ordered = numbers.toSorted((a, b) => importance[a] - importance[b]);
    return {
      sets: ordered.map((number) => sets[number]),
      importances: ordered.map((number) => importance[number]),
      stride: Math.max(1, Math.floor(numbers.length / STRIDES)),
      removed: 0,
    };
  });
}

function channelsLeft(graph: Graph, chosen: readonly ChannelSet[]): (id: ValueId) => number {
  const gone = new Map<ValueId, number>();
  for (const [id, { length }] of chosen.flatMap((set) => [...set]))
    gone.set(id, (gone.get(id) ?? 0) + length);
  return (id) => (getValue(graph, id).type.shape.at(-1) ?? 1) - (gone.get(id) ?? 0);
}

/** The next of those alike, as many as leave every tensor a channel. */
function nextOf(
  graph: Graph,
  { sets, removed, stride }: Alike,
  chosen: readonly ChannelSet[],
): readonly ChannelSet[] {
  const next = sets.slice(removed, removed + stride);
  const left = channelsLeft(graph, chosen);
  const room = Math.min(
    ...Array.from(next[0] ?? [], ([id, { length }]) => Math.floor((left(id) - 1) / length)),
  );
  return next.slice(0, Math.max(0, room));
}

interface Candidate {
  readonly from: Alike;
  readonly sets: readonly ChannelSet[];
  readonly graph: Graph;
  readonly rough: Cost;
}

/** A cost by what is known exactly and what has been saved since, roughly. */
function lowered(cost: Cost, before: Cost, after: Cost): Cost {
  const less = (name: keyof Cost): number => cost[name] - Math.max(0, before[name] - after[name]);
  return {
    macs: less('macs'),
    parameters: less('parameters'),
    arenaBytes: less('arenaBytes'),
    fileBytes: less('fileBytes'),
  };
}

/** How much of what is too much goes, of all figures together. */
function relief(before: Cost, after: Cost, limits: CostLimits): number {
  return exceeded(before, limits).reduce((sum, name) => {
    const excess = before[name] - (limits[name] as number);
    return sum + Math.min(1, (before[name] - after[name]) / excess);
  }, 0);
}

/** Elements of all tensors that have the channels: an arena may only shrink once several tensors have. */
function elementsOf(graph: Graph, sets: readonly ChannelSet[]): number {
  return sets
    .flatMap((set) => [...set])
    .reduce((sum, [id, { length }]) => {
      const { shape } = getValue(graph, id).type;
      return sum + (elementCount(shape) / (shape.at(-1) ?? 1)) * length;
    }, 0);
}

function importanceOf({ from: { importances, removed }, sets }: Candidate): number {
  return importances.slice(removed, removed + sets.length).reduce((sum, value) => sum + value, 0);
}

/** The least importance for what is saved; undefined where nothing can go any more. */
function cheapest(
  graph: Graph,
  candidates: readonly Candidate[],
  reliefOf: (candidate: Candidate) => number,
): Candidate | undefined {
  const reliefs = candidates.map(reliefOf);
  const saved = reliefs.some((value) => value > 0)
    ? reliefs
    : candidates.map(({ sets }) => elementsOf(graph, sets));
  let best: { readonly candidate: Candidate; readonly price: number } | undefined;
  for (const [index, candidate] of candidates.entries()) {
    const price = saved[index] > 0 ? importanceOf(candidate) / saved[index] : Number.POSITIVE_INFINITY;
    if (best === undefined || price < best.price) best = { candidate, price };
  }
  return best?.candidate;
}

/** Exact costs take a conversion each; so many choices are made by rough ones at most. */
const ROUGH_STEPS = 4;

/**
 * The graph without the channels that matter least for what they save. `undefined` where one channel in every tensor still
 * costs too much. It stops as soon as an exact cost says that it is enough.
 */
export function removeUntil(
  graph: Graph,
  sets: readonly ChannelSet[],
  importance: Float64Array,
  limits: CostLimits,
  costOf: (graph: Graph) => Cost,
): Graph | undefined {
  const groups = grouped(sets, importance);
  const chosen: ChannelSet[] = [];
  const isEnough = (cost: Cost): boolean => exceeded(cost, limits).length === 0;
  let [smaller, cost, rough] = [graph, costOf(graph), roughCost(graph)];
  if (isEnough(cost)) return graph;
  for (let step = 1; ; step++) {
    const candidates = groups.flatMap((from): Candidate[] => {
      const next = nextOf(graph, from, chosen);
      if (next.length === 0) return [];
      const without = withoutChannelSets(graph, [...chosen, ...next]);
      return [{ from, sets: next, graph: without, rough: roughCost(without) }];
    });
    const best = cheapest(graph, candidates, ({ rough: after }) =>
      relief(cost, lowered(cost, rough, after), limits),
    );
    if (best === undefined) return isEnough(costOf(smaller)) ? smaller : undefined;
    best.from.removed += best.sets.length;
    chosen.push(...best.sets);
    [smaller, cost, rough] = [best.graph, lowered(cost, rough, best.rough), best.rough];
    if (step % ROUGH_STEPS !== 0 && !isEnough(cost)) continue;
    cost = costOf(smaller);
    if (isEnough(cost)) return smaller;
  }
}

/** Without the first of each kind, as many as `count` says, but for the last channel of a tensor. */
function withoutFirst(graph: Graph, groups: readonly Alike[], count: (from: Alike) => number): Graph {
  const chosen: ChannelSet[] = [];
  for (const from of groups) chosen.push(...nextOf(graph, { ...from, stride: count(from) }, chosen));
  return chosen.length === 0 ? graph : withoutChannelSets(graph, chosen);
}

/** With as few channels as the tensors can have. */
export function leastGraph(graph: Graph, sets: readonly ChannelSet[]): Graph {
  return withoutFirst(graph, grouped(sets, new Float64Array(sets.length)), (from) => from.sets.length);
}

/** Without channels that mattered for no sample: those of ReLUs that never fire, say. */
export function withoutIdle(graph: Graph, sets: readonly ChannelSet[], importance: Float64Array): Graph {
  return withoutFirst(
    graph,
    grouped(sets, importance),
    ({ importances }) => importances.filter((value) => value === 0).length,
  );
}
