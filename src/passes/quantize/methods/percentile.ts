import { binEdge, type Histogram, histogramsOf } from '../histograms.ts';
import type { Range } from '../parameters.ts';
import type { Method } from './method.ts';

/** The share of all values that each end of the range may cut off. */
const CUT = 1e-4;

/** How many bins from an end hold no more than the share. */
function emptyEnough(counts: ArrayLike<number>, from: (bin: number) => number, most: number): number {
  let cut = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    cut += counts[from(bin)];
    if (cut > most) return bin;
  }
  return 0;
}

function inner(histogram: Histogram): Range {
  const { counts } = histogram;
  const bins = counts.length;
  const most = CUT * counts.reduce((sum, count) => sum + count, 0);
  return {
    min: binEdge(
      histogram,
      emptyEnough(counts, (bin) => bin, most),
    ),
    max: binEdge(histogram, bins - emptyEnough(counts, (bin) => bins - 1 - bin, most)),
  };
}

/** Ranges that 0.01 % of the values leave on either side. */
export const percentile: Method = {
  apply(calibrated, measure) {
    const { graph, statistics } = calibrated;
    const ranges = new Map(calibrated.ranges);
    for (const [id, histogram] of histogramsOf(graph, statistics.ranges, measure)) {
      ranges.set(id, inner(histogram));
    }
    return { ...calibrated, ranges };
  },
};
