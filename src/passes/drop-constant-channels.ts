/**
 * Channels whose values never change, or that nobody needs, leave the graph with all that feeds them alone. What
 * constant ones contribute goes into the bias behind them. int8 graphs give the same bytes as before with the rounding
 * of `core/fixed-point.ts`; kernels that round otherwise may differ by 1 where a constant lies between two steps.
 */

import type { Graph, ValueId } from '../ir/graph.ts';
import { dropUnreachable } from '../ir/rewrite.ts';
import { type ChannelGroups, channelGroups } from './channels/groups.ts';
import { channelIntervals } from './channels/intervals.ts';
import { type Kept, removeChannels } from './channels/remove.ts';
import type { Pass } from './pass.ts';
import { channelCount } from './scale-shift/scale-shift.ts';

/** Undefined where all are kept, as almost always. */
function keptOf(groups: ChannelGroups, id: ValueId): readonly number[] | undefined {
  if (groups.isAllBlocked(id)) return undefined;
  return Array.from({ length: groups.channels(id) }, (_, channel) => channel).filter((channel) =>
    groups.isBlocked(id, channel),
  );
}

/** Every tensor keeps at least one channel. */
function choose(graph: Graph, groups: ChannelGroups): Kept {
  const values = graph.nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
  const ids = [...new Set(values)].filter((id) => id !== undefined);
  for (const id of ids) if (keptOf(groups, id)?.length === 0) groups.block(id, 0);
  const kept = new Map<ValueId, readonly number[]>();
  for (const id of ids) {
    const channels = keptOf(groups, id);
    if (channels !== undefined) kept.set(id, channels);
  }
  return kept;
}

/** More than any layer has; looking at each of them would take more memory than the tensors themselves. */
const MAX_CHANNELS = 2 ** 18;

function hasTooManyChannels({ values }: Graph): boolean {
  return [...values.values()].some(({ type }) => channelCount(type.shape) > MAX_CHANNELS);
}

function dropChannels(graph: Graph): Graph {
  let current = dropUnreachable(graph);
  if (hasTooManyChannels(current)) return current;
  for (;;) {
    const known = channelIntervals(current);
    const kept = choose(current, channelGroups(current, known));
    if (kept.size === 0) return current;
    current = dropUnreachable(removeChannels(current, known, kept));
  }
}

/** For float32 graphs: weights that are zero, among them those that a batch normalization switched off. */
export const dropDeadChannels: Pass = { name: 'drop-dead-channels', run: dropChannels };

/** For int8 graphs: channels that requantization makes constant too. */
export const dropConstantChannels: Pass = { name: 'drop-constant-channels', run: dropChannels };
