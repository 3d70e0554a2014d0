/** Whether a graph has channels that some calibration could take out of it. */

import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { channelCount } from '../scale-shift/scale-shift.ts';
import { channelGroups } from './groups.ts';
import { type Intervals, zeroOf } from './interval.ts';

/**
 * Ranges make channels constant: one whose values are small beside its neighbours' always quantizes to zero. So every
 * channel may be, and what is left to ask is whether any could go if it were. Every tensor keeps one.
 */
export function couldDropChannels(int8: Graph): boolean {
  const constant = new Map<ValueId, Intervals>();
  for (const { id, type, data } of int8.values.values()) {
    if (data !== undefined) continue;
    const zeros = new Float64Array(channelCount(type.shape)).fill(zeroOf(type));
    constant.set(id, { low: zeros, high: zeros });
  }
  const groups = channelGroups(int8, constant);
  const computed = int8.nodes.flatMap(({ outputs }) => outputs);
  return computed.some((id) => {
    const channels = channelCount(getValue(int8, id).type.shape);
    return channels > 1 && Array.from({ length: channels }).some((_, index) => !groups.isBlocked(id, index));
  });
}
