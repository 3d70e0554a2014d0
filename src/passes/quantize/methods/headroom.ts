import { withAmpleRoom, withHeadroom } from '../headroom.ts';
import { tailRange } from '../tail-ranges.ts';
import type { Method } from './method.ts';

/** Fewer records tell too little of a tail, and the noise of steps is all that is sure. */
const ENOUGH_RECORDS = 32;

/** Ranges with room for what later records are likely to reach, where that costs little. */
export const headroom: Method = {
  apply(calibrated, measure) {
    const { statistics, ranges, activations } = calibrated;
    if (activations === 'int16') return { ...calibrated, ranges: withAmpleRoom(ranges) };
    if (statistics.count < ENOUGH_RECORDS) return calibrated;
    const shares = measure.noiseShares(calibrated);
    return { ...calibrated, ranges: withHeadroom(ranges, shares, (id) => tailRange(statistics, id)) };
  },
};
