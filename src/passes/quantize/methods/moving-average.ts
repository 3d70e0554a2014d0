import type { ValueId } from '../../../ir/graph.ts';
import { type Range, rangeOf } from '../parameters.ts';
import type { Method } from './method.ts';

/** What stays of the average at every record, as in `moving_average_update` of Google's ai-edge-quantizer. */
const DECAY = 0.95;

interface Average {
  min: number;
  max: number;
  /** What the records that were seen weigh: divided by it, the first one counts no more than others. */
  weight: number;
}

/**
 * The least and the greatest value of each record, averaged, later records counting a little more. Sudden peaks move the ends
 * a little only.
 */
export const movingAverage: Method = {
  apply(calibrated, measure) {
    const averages = new Map<ValueId, Average>();
    measure.visit(calibrated.graph, (id, data) => {
      const { min, max } = rangeOf(data);
      if (!calibrated.ranges.has(id) || min > max) return;
      const average = averages.get(id) ?? { min: 0, max: 0, weight: 0 };
      averages.set(id, average);
      average.min = DECAY * average.min + (1 - DECAY) * min;
      average.max = DECAY * average.max + (1 - DECAY) * max;
      average.weight = DECAY * average.weight + (1 - DECAY);
    });
    const ranges = new Map<ValueId, Range>(calibrated.ranges);
    for (const [id, { min, max, weight }] of averages) {
      ranges.set(id, { min: min / weight, max: max / weight });
    }
    return { ...calibrated, ranges };
  },
};
