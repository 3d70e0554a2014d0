/**
 * How far a tensor may go in records that calibration has not seen. Few records decide the ends of a range, and of most
 * networks later records leave it: what they reach follows from how the extremes of single records are spread.
 * Sources: Gumbel's distribution of extremes, by moments; the exponential tail over a threshold (Pickands 1975).
 */

import type { ValueId } from '../../ir/graph.ts';
import type { Range } from './parameters.ts';
import type { GroupExtremes, Statistics } from './statistics.ts';

/** The range is to hold for so many times the records that were seen. */
const TIMES = 20;
/** Euler's constant: how far the mean of a Gumbel distribution lies behind its mode, in units of its scale. */
const EULER = 0.5772156649;

function largestOfGroups({ channels, lows, highs }: GroupExtremes, side: 'low' | 'high'): Float64Array {
  const count = channels === 0 ? 0 : highs.length / channels;
  const largest = new Float64Array(count).fill(-Infinity);
  for (let group = 0; group < count; group++) {
    for (let i = group * channels; i < (group + 1) * channels; i++) {
      largest[group] = Math.max(largest[group], side === 'high' ? highs[i] : -lows[i]);
    }
  }
  // A group that no record fell into, or nothing but NaN, tells nothing.
  return largest.filter(Number.isFinite);
}

function gumbelLevel(extremes: Float64Array): number {
  const count = extremes.length;
  const mean = extremes.reduce((sum, value) => sum + value, 0) / count;
  const variance = extremes.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  const scale = Math.sqrt(6 * variance) / Math.PI;
  return mean - EULER * scale + scale * Math.log(count * TIMES);
}

/** The mean excess over the √n-th largest, as far as an exponential tail goes on. */
function exponentialLevel(extremes: Float64Array): number {
  const falling = extremes.slice().sort((a, b) => b - a);
  const count = Math.max(1, Math.round(Math.sqrt(falling.length)));
  const threshold = falling[Math.min(count, falling.length - 1)];
  let excess = 0;
  for (let i = 0; i < count; i++) excess += (falling[i] - threshold) / count;
  return threshold + excess * Math.log(count * TIMES);
}

function levelOf(groups: GroupExtremes, side: 'low' | 'high'): number {
  const extremes = largestOfGroups(groups, side);
  if (extremes.length === 0) return -Infinity;
  return Math.max(gumbelLevel(extremes), exponentialLevel(extremes));
}

/** Never narrower than what was seen; an end at zero, where an activation ends, stays there. */
export function widenedRange(
  statistics: Statistics,
  id: ValueId,
  levelOf: (groups: GroupExtremes, side: 'low' | 'high') => number,
): Range {
  const { min, max } = statistics.ranges.get(id) as Range;
  const groups = statistics.groups.get(id);
  if (groups === undefined) return { min, max };
  return {
    min: min >= 0 ? min : Math.min(min, -levelOf(groups, 'low')),
    max: max <= 0 ? max : Math.max(max, levelOf(groups, 'high')),
  };
}

/** By the largest values of all channels together. */
export function tailRange(statistics: Statistics, id: ValueId): Range {
  return widenedRange(statistics, id, levelOf);
}
