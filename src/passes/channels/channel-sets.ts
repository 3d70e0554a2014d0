/** Sets of channels that can leave a graph whatever their values are, and the graph without chosen ones. */

import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { dropUnreachable } from '../../ir/rewrite.ts';
import { runPasses } from '../pass.ts';
import { channelCount } from '../scale-shift/scale-shift.ts';
import { channelGroups } from './groups.ts';
import { type Kept, removeChannels } from './remove.ts';

/** Channels that operators carry on one by one, by the tensors that have them: indices of the last axis, ascending. */
export type ChannelSet = ReadonlyMap<ValueId, readonly number[]>;

/**
 * All sets that could leave the graph, each by itself: channels linked through activations, sums, concatenations, depthwise
 * convolutions, pooling and reshapes, from the operators that make them to the convolutions and fully connected layers that
 * read them. What ends the graph, or is mixed otherwise, stays, and so does a set that is all of some tensor.
 */
export function channelSets(graph: Graph): ChannelSet[] {
  const groups = channelGroups(graph);
  const sets = new Map<number, Map<ValueId, number[]>>();
  for (const id of new Set(graph.nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]))) {
    if (id === undefined) continue;
    for (let channel = 0; channel < groups.channels(id); channel++) {
      if (groups.isBlocked(id, channel)) continue;
      const number = groups.setOf(id, channel);
      const set = sets.get(number) ?? new Map<ValueId, number[]>();
      sets.set(number, set);
      const channels = set.get(id);
      if (channels === undefined) set.set(id, [channel]);
      else channels.push(channel);
    }
  }
  const isWhole = ([id, channels]: [ValueId, number[]]): boolean => channels.length === groups.channels(id);
  return [...sets.values()].filter((set) => ![...set].some(isWhole));
}

function keptWithout(graph: Graph, sets: readonly ChannelSet[]): Kept {
  const removed = new Map<ValueId, Set<number>>();
  for (const [id, channels] of sets.flatMap((set) => [...set])) {
    const gone = removed.get(id) ?? new Set();
    removed.set(id, gone);
    for (const channel of channels) gone.add(channel);
  }
  const kept = new Map<ValueId, readonly number[]>();
  for (const [id, gone] of removed) {
    const { name, type } = getValue(graph, id);
    const stay = Array.from({ length: channelCount(type.shape) }, (_, channel) => channel).filter(
      (channel) => !gone.has(channel),
    );
    if (stay.length === 0) throw new Error(`all channels of "${name}" were to be removed`);
    kept.set(id, stay);
  }
  return kept;
}

/**
 * The graph without some of its `channelSets`, of no tensor all: what reads them loses those inputs. Ids of activations stay,
 * constants get others.
 */
export function withoutChannelSets(graph: Graph, sets: readonly ChannelSet[]): Graph {
  return runPasses(graph, [
    {
      name: 'remove-channel-sets',
      run: (before) => dropUnreachable(removeChannels(before, new Map(), keptWithout(before, sets))),
    },
  ]);
}
