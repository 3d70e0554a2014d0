import { expect, it } from 'vitest';
import { sparsityAt } from '../../../../src/training/compress/pruning/sparsity-schedule.ts';

const schedule = { initial: 0.2, final: 0.8, begin: 101, end: 1101, every: 100 };

it('follows the cubic of Zhu and Gupta from begin to end', () => {
  expect(sparsityAt(schedule, 101)).toBeCloseTo(0.2, 12);
  // Half way: 0.8 - 0.6 / 8.
  expect(sparsityAt(schedule, 601)).toBeCloseTo(0.725, 12);
  expect(sparsityAt(schedule, 1101)).toBe(0.8);
});

it('changes nothing between its updates, before it begins and after it ends', () => {
  for (const step of [1, 100, 102, 200, 1100, 1102, 1201]) expect(sparsityAt(schedule, step)).toBeUndefined();
});

it('ends at the final share, whether or not the last interval is whole', () => {
  expect(sparsityAt({ ...schedule, end: 1150 }, 1150)).toBe(0.8);
  expect(sparsityAt({ ...schedule, end: 101 }, 101)).toBe(0.8);
});
