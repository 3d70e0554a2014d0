/**
 * Room for records that leave the ranges of calibration. A wider range has wider steps: it is widened as far as the noise at
 * the end of the graph hardly grows, and no further than later records are likely to go.
 */

import type { ValueId } from '../../ir/graph.ts';
import type { Range } from './parameters.ts';

/** By how much all of them together may add to the noise. */
const BUDGET = 0.1;
const WIDEST = 2;

/** Noise at the end of the graph, in any unit. */
export interface NoiseShares {
  /** Of each range that makes a scale: what has it, rounded alone. */
  readonly own: ReadonlyMap<ValueId, number>;
  /** Of all activations and weights together. */
  readonly total: number;
}

/** Steps of int16 are so fine that room for twice as much costs nothing beside the noise of int8 weights. */
export function withAmpleRoom(ranges: ReadonlyMap<ValueId, Range>): ReadonlyMap<ValueId, Range> {
  return new Map(
    [...ranges].map(([id, { min, max }]) => [id, { min: WIDEST * min, max: WIDEST * max }] as const),
  );
}

/** `own` has those that may be widened; `tails` what later records are likely to reach. */
export function withHeadroom(
  ranges: ReadonlyMap<ValueId, Range>,
  { own, total }: NoiseShares,
  tails: (id: ValueId) => Range,
): ReadonlyMap<ValueId, Range> {
  const widened = new Map(ranges);
  for (const [id, noise] of own) {
    const { min, max } = ranges.get(id) as Range;
    const times = noise > 0 ? Math.sqrt(1 + (BUDGET * total) / own.size / noise) : WIDEST;
    const tail = tails(id);
    const widest = Math.min(times, WIDEST);
    widened.set(id, { min: Math.max(min * widest, tail.min), max: Math.min(max * widest, tail.max) });
  }
  return widened;
}
