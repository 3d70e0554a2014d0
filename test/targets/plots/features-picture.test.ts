import { expect, it } from 'vitest';
import { featuresSvg } from '../../../src/targets/plots/features-picture.ts';
import { pooled } from '../../../src/targets/plots/pooled-cells.ts';

it('pools what does not fit, and leaves out what is no number', () => {
  const { columns, lines, at } = pooled([1, 2, 3, 4, 5, Number.NaN, 7, 8], 2, 2, 2);
  expect([columns, lines]).toEqual([2, 2]);
  expect([at(0, 0), at(0, 1), at(1, 0), at(1, 1)]).toEqual([2, 3, 6, 8]);
  expect(pooled([Number.NaN], 1, 2, 2).at(0, 0)).toBeNaN();
});

it('escapes names, and draws values that are all equal or all missing', () => {
  const svg = featuresSvg({ data: [1, 1, 1, 1], width: 2, title: '<a>' });
  expect(svg).toContain('&lt;a&gt;');
  expect(svg).toContain('2 rows of 2 values from 1 to 1.');
  expect(featuresSvg({ data: [Number.NaN, Number.NaN], width: 1, title: 'x' })).not.toContain('NaN');
});
