import { given } from '../../../core/given.ts';
import { equalizeChannels as equalize } from '../../equalize/equalize-channels.ts';
import { carriedKept } from '../rounding/kept-weights.ts';
import type { Method } from './method.ts';

/** Channels brought to sizes that one scale serves; the function stays the same. */
export const equalizeChannels: Method = {
  apply(calibrated) {
    const { graph, statistics } = equalize(calibrated, calibrated);
    const { kept } = calibrated;
    return {
      ...calibrated,
      ...given({ kept: kept && carriedKept(kept, calibrated.graph, graph) }),
      graph,
      statistics,
      ranges: statistics.ranges,
    };
  },
};
