import { expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { areaUnderRoc } from '../../src/training/area-under-roc.ts';

const of = (scores: number[], targets: number[]): number =>
  areaUnderRoc(Float32Array.from(scores), Float32Array.from(targets));

test('perfect, reversed, and useless scores', () => {
  expect(of([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1])).toBe(1);
  expect(of([0.9, 0.8, 0.2, 0.1], [0, 0, 1, 1])).toBe(0);
  expect(of([0.5, 0.5, 0.5], [0, 1, 1])).toBe(0.5);
  expect(of([0.2, 0.4, 0.4, 0.6], [0, 0, 1, 1])).toBe(0.875);
});

test('it is the share of pairs in the right order', () => {
  const random = createRandom(1, 'roc');
  const scores = Array.from({ length: 60 }, () => random.below(20));
  const targets = scores.map((score) => (random.below(20) < score ? 1 : 0));
  let wins = 0;
  let pairs = 0;
  for (let i = 0; i < 60; i++) {
    for (let j = 0; j < 60; j++) {
      if (targets[i] !== 1 || targets[j] !== 0) continue;
      pairs++;
      wins += scores[i] > scores[j] ? 1 : scores[i] === scores[j] ? 0.5 : 0;
    }
  }
  expect(of(scores, targets)).toBeCloseTo(wins / pairs, 12);
});

test('undefined areas are NaN, and scores that are no numbers end', () => {
  expect(of([0.1, 0.2], [1, 1])).toBeNaN();
  expect(of([NaN, NaN, 0.5], [0, 1, 1])).toBeGreaterThanOrEqual(0);
});
