/** k-means of numbers (Lloyd), from starts that lie apart (k-means++, Arthur and Vassilvitskii 2007). */

import type { Random } from '../../../core/random.ts';

const STARTS = 4;
const MOST_ROUNDS = 100;

/** A number, and how often it occurs. */
interface Sorted {
  readonly values: Float64Array;
  readonly counts: Float64Array;
}

function distinct(numbers: Float32Array): Sorted {
  const counts = new Map<number, number>();
  // −0 and 0 are one value.
  for (const number of numbers) counts.set(number + 0, (counts.get(number + 0) ?? 0) + 1);
  const sorted = [...counts].sort((a, b) => a[0] - b[0]);
  return {
    values: Float64Array.from(sorted, ([value]) => value),
    counts: Float64Array.from(sorted, ([, count]) => count),
  };
}

/** An index, each as likely as its weight; those of weight 0 never. */
function drawn(weights: Float64Array, random: Random): number {
  let left = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let at = 0; at < weights.length; at++) {
    left -= weights[at];
    if (left < 0) return at;
  }
  return weights.findLastIndex((weight) => weight > 0);
}

/** Each centre is drawn with the squared distance to those before it. */
function apart({ values, counts }: Sorted, clusters: number, random: Random): Float64Array {
  const distances = new Float64Array(values.length).fill(1);
  const centres: number[] = [];
  while (centres.length < clusters) {
    const centre =
      values[
        drawn(
          distances.map((distance, at) => distance * counts[at]),
          random,
        )
      ];
    centres.push(centre);
    for (let i = 0; i < values.length; i++) {
      const squared = (values[i] - centre) ** 2;
      distances[i] = centres.length === 1 ? squared : Math.min(distances[i], squared);
    }
  }
  return Float64Array.from(centres).sort();
}

/** Where the values of each centre end: sorted values are nearest to sorted centres, run by run. */
function endsOf(values: Float64Array, centres: Float64Array): Uint32Array {
  const ends = new Uint32Array(centres.length);
  let at = 0;
  for (let cluster = 0; cluster < centres.length; cluster++) {
    const middle = cluster + 1 < centres.length ? (centres[cluster] + centres[cluster + 1]) / 2 : Infinity;
    while (at < values.length && values[at] <= middle) at++;
    ends[cluster] = at;
  }
  return ends;
}

interface Solution {
  readonly centres: Float64Array;
  readonly ends: Uint32Array;
  readonly error: number;
}

function settled(sorted: Sorted, start: Float64Array): Solution {
  const { values, counts } = sorted;
  let centres = start;
  let ends = endsOf(values, centres);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = centres.slice();
    for (let cluster = 0; cluster < centres.length; cluster++) {
      let [sum, count] = [0, 0];
      for (let i = cluster === 0 ? 0 : ends[cluster - 1]; i < ends[cluster]; i++) {
        sum += values[i] * counts[i];
        count += counts[i];
      }
      if (count > 0) next[cluster] = sum / count;
    }
    next.sort();
    const nextEnds = endsOf(values, next);
    const same = nextEnds.every((end, cluster) => end === ends[cluster]);
    [centres, ends] = [next, nextEnds];
    if (same) break;
  }
  let error = 0;
  for (let i = 0, cluster = 0; i < values.length; i++) {
    while (i >= ends[cluster]) cluster++;
    error += counts[i] * (values[i] - centres[cluster]) ** 2;
  }
  return { centres, ends, error };
}

/** Every number as the centre of its cluster; as they are where there are no more different ones. */
export function clusteredValues(numbers: Float32Array, clusters: number, random: Random): Float32Array {
  const sorted = distinct(numbers);
  if (sorted.values.length <= clusters) return numbers.slice();
  const tried = Array.from({ length: STARTS }, () => settled(sorted, apart(sorted, clusters, random)));
  const { centres, ends } = tried.reduce((best, one) => (one.error < best.error ? one : best));
  const centreOf = new Map<number, number>();
  for (let i = 0, cluster = 0; i < sorted.values.length; i++) {
    while (i >= ends[cluster]) cluster++;
    centreOf.set(sorted.values[i], Math.fround(centres[cluster]));
  }
  return numbers.map((number) => centreOf.get(number + 0) as number);
}
