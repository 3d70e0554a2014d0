import { expect, it } from 'vitest';
import { sparkline } from '../../../src/cli/render/sparkline.ts';

it('a curve goes from its highest to its lowest value', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe('▁▂▃▄▅▆▇█');
  expect(sparkline([-1, 1], 8)).toBe('▁█');
  expect(sparkline([3, 3, 3], 8)).toBe('▁▁▁');
  expect(sparkline([], 8)).toBe('');
});

it('losses are drawn by their logarithms', () => {
  expect(sparkline([1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1], 8)).toBe('▁▂▃▄▅▆▇█');
});

it('many values are means of equal parts, in as many cells as there are', () => {
  expect(sparkline([0, 0, 0, 7, 7, 7], 2)).toBe('▁█');
  expect(
    sparkline(
      Array.from({ length: 500 }, (_, i) => i),
      30,
    ),
  ).toHaveLength(30);
});

it('what is no number is left blank', () => {
  expect(sparkline([0, Number.NaN, Infinity, 7], 8)).toBe('▁  █');
  expect(sparkline([Number.NaN], 8)).toBe(' ');
});
