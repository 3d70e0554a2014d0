import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import {
  areaUnderCurve,
  averagePrecision,
  isRanked,
  rank,
  thinned,
} from '../../../src/models/score/ranking.ts';

/** Share of the pairs of a positive and a negative in which the positive is above; equal ones count half. */
function pairsWon(scores: readonly number[], labels: readonly number[]): number {
  let [won, pairs] = [0, 0];
  for (const [i, a] of scores.entries()) {
    for (const [j, b] of scores.entries()) {
      if (labels[i] !== 1 || labels[j] !== 0) continue;
      pairs++;
      won += a > b ? 1 : a === b ? 0.5 : 0;
    }
  }
  return won / pairs;
}

/** Mean over the positives of the precision at their score. */
function precisionAtPositives(scores: readonly number[], labels: readonly number[]): number {
  const precisions = scores.flatMap((score, i) => {
    if (labels[i] !== 1) return [];
    const called = scores.map((other, j) => (other >= score ? labels[j] : -1)).filter((label) => label >= 0);
    return [called.filter((label) => label === 1).length / called.length];
  });
  return precisions.reduce((sum, precision) => sum + precision, 0) / precisions.length;
}

describe('rank', () => {
  it.each([1, 2, 3, 4, 5])('agrees with counting pairs, with and without ties (seed %d)', (seed) => {
    const random = createRandom(seed, 'ranking');
    const scores = Array.from({ length: 40 }, () => random.below(seed === 1 ? 1000 : 12));
    const labels = scores.map((score) => (random.uniform() < (score + 3) / (seed === 1 ? 1500 : 20) ? 1 : 0));
    const ranking = rank(scores, labels);
    expect(areaUnderCurve(ranking)).toBeCloseTo(pairsWon(scores, labels), 12);
    expect(averagePrecision(ranking)).toBeCloseTo(precisionAtPositives(scores, labels), 12);
  });

  it('cuts the curve by a straight line', () => {
    // The curve runs (0,0) (0,½) (½,½) (½,1) (1,1).
    const ranking = rank([4, 3, 2, 1], [1, 0, 1, 0]);
    expect(areaUnderCurve(ranking)).toBe(0.75);
    expect(areaUnderCurve(ranking, 0.5)).toBe(0.5);
    expect(areaUnderCurve(rank([1, 1], [1, 0]), 0.5)).toBe(0.25);
  });

  it('knows what cannot be ranked', () => {
    expect(isRanked(rank([1, 2], [1, 1]))).toBe(false);
    expect(isRanked(rank([1, 2], [0, 0]))).toBe(false);
    expect(isRanked(rank([], []))).toBe(false);
    expect(isRanked(rank([1, 2], [0, 1]))).toBe(true);
  });

  it('keeps the ends of a thinned curve', () => {
    const { steps } = rank(
      Array.from({ length: 100 }, (_, i) => i),
      Array.from({ length: 100 }, (_, i) => i % 2),
    );
    const thin = thinned(steps, 7);
    expect(thin).toHaveLength(7);
    expect(thin[0]).toBe(steps[0]);
    expect(thin[6]).toBe(steps[99]);
    expect(thinned(steps, 100)).toBe(steps);
  });
});
