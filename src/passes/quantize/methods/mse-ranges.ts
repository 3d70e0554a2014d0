import { binEdge, type Histogram, histogramsOf } from '../histograms.ts';
import type { Range } from '../parameters.ts';
import { planTypes } from '../types/activation-types.ts';
import type { Method } from './method.ts';

/** What is tried of each end: so many shares of what was seen, down to the least. */
const TRIED = 56;
const LEAST_SHARE = 0.3;
const STEPS = { int8: 255, int16: 65534 } as const;
type Steps = (typeof STEPS)[keyof typeof STEPS];
/** The variance of an error that is anything up to half a step. */
const VARIANCE_OF_STEP = 1 / 12;
/** Each end is chosen anew once the other is. */
const ROUNDS = 2;

/** Squared: what lies within is rounded, unless it is zero, and what lies beyond is cut off. */
function errorOf(histogram: Histogram, steps: Steps, { min, max }: Range): number {
  const { counts, zeros } = histogram;
  const variance = ((max - min) / steps) ** 2 * VARIANCE_OF_STEP;
  let error = -zeros * variance;
  for (let bin = 0; bin < counts.length; bin++) {
    if (counts[bin] === 0) continue;
    const middle = binEdge(histogram, bin + 0.5);
    const beyond = middle < min ? min - middle : middle > max ? middle - max : 0;
    error += counts[bin] * (beyond === 0 ? variance : beyond ** 2);
  }
  return error;
}

/** The one with the least error; the first of several. */
function best(histogram: Histogram, steps: Steps, rangeAt: (share: number) => Range): Range {
  const tried = Array.from({ length: TRIED }, (_, i) => rangeAt(1 - ((1 - LEAST_SHARE) * i) / TRIED));
  const errors = tried.map((range) => errorOf(histogram, steps, range));
  return tried[errors.indexOf(Math.min(...errors))];
}

function leastError(histogram: Histogram, steps: Steps): Range {
  const { range } = histogram;
  let found = range;
  for (let round = 0; round < ROUNDS; round++) {
    const { min } = found;
    found = best(histogram, steps, (share) => ({ min, max: range.max * share }));
    const { max } = found;
    found = best(histogram, steps, (share) => ({ min: range.min * share, max }));
  }
  return found;
}

/** Ranges with the least squared error of rounding and of what lies beyond. */
export const mseRanges: Method = {
  apply(calibrated, measure) {
    const { graph, statistics, activations } = calibrated;
    const { types } = planTypes(graph, activations);
    const ranges = new Map(calibrated.ranges);
    for (const [id, histogram] of histogramsOf(graph, statistics.ranges, measure)) {
      ranges.set(id, leastError(histogram, STEPS[types(id)]));
    }
    return { ...calibrated, ranges };
  },
};
