import { channelTailRange } from '../channel-tails.ts';
import { scaleOwners } from '../scale-owners.ts';
import { planTypes } from '../types/activation-types.ts';
import type { Method } from './method.ts';

/**
 * Ranges that end where later records are likely to; those of the graph's inputs, which have bounds of their own, stay, and
 * so do those of values that take another one's scale.
 */
export const extremeValues: Method = {
  apply(calibrated) {
    const { graph, statistics, activations } = calibrated;
    const ranges = new Map(calibrated.ranges);
    for (const id of scaleOwners(graph, calibrated.ranges, planTypes(graph, activations).types).keys()) {
      ranges.set(id, channelTailRange(statistics, id));
    }
    return { ...calibrated, ranges };
  },
};
