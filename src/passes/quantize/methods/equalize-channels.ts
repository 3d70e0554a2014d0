import { equalizeChannels as equalize } from '../../equalize/equalize-channels.ts';
import type { Method } from './method.ts';

/** Channels brought to sizes that one scale serves; the function stays the same. */
export const equalizeChannels: Method = {
  apply(calibrated) {
    const { graph, statistics } = equalize(calibrated, calibrated);
    return { ...calibrated, graph, statistics, ranges: statistics.ranges };
  },
};
