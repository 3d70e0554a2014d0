/** How the values of activations are spread over their range: bounded, and the same for the same records. */

import type { Graph, ValueId } from '../../ir/graph.ts';
import type { Measurements } from './methods/method.ts';
import type { Range } from './parameters.ts';

/** A step of int8 is eight of them wide. */
const BINS = 2048;

export interface Histogram {
  /** Ends of the bins, which are equally wide: what was seen, and zero. */
  readonly range: Range;
  readonly counts: Float64Array;
  /** How many of the values are zero, which every scale holds exactly. */
  readonly zeros: number;
}

/** From below. */
export function binEdge({ range: { min, max }, counts }: Histogram, bin: number): number {
  return min + ((max - min) * bin) / counts.length;
}

interface Tally {
  readonly range: Range;
  readonly counts: Float64Array;
  zeros: number;
}

function add(tally: Tally, data: Float32Array): void {
  const { min, max } = tally.range;
  const perUnit = max > min ? BINS / (max - min) : 0;
  for (let i = 0; i < data.length; i++) {
    const bin = Math.floor((data[i] - min) * perUnit);
    if (Number.isNaN(bin)) continue;
    tally.counts[Math.max(0, Math.min(BINS - 1, bin))]++;
    if (data[i] === 0) tally.zeros++;
  }
}

/** Of every activation that has a range, over all records. */
export function histogramsOf(
  graph: Graph,
  ranges: ReadonlyMap<ValueId, Range>,
  measure: Measurements,
): ReadonlyMap<ValueId, Histogram> {
  const tallies = new Map<ValueId, Tally>();
  measure.visit(graph, (id, data) => {
    const range = ranges.get(id);
    if (range === undefined) return;
    const withZero = { min: Math.min(0, range.min), max: Math.max(0, range.max) };
    const tally = tallies.get(id) ?? { range: withZero, counts: new Float64Array(BINS), zeros: 0 };
    tallies.set(id, tally);
    add(tally, data);
  });
  return tallies;
}
