import { channelTailRange } from '../channel-tails.ts';
import type { Method } from './method.ts';

/** Ranges that end where later records are likely to; those of the graph's inputs, which have bounds of their own, stay. */
export const extremeValues: Method = {
  apply(calibrated) {
    const { graph, statistics } = calibrated;
    const ranges = new Map(calibrated.ranges);
    for (const id of statistics.ranges.keys()) {
      if (!graph.inputs.includes(id)) ranges.set(id, channelTailRange(statistics, id));
    }
    return { ...calibrated, ranges };
  },
};
