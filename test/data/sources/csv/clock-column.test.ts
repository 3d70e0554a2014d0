import { describe, expect, it } from 'vitest';
import { clockUnit, rateOfRows } from '../../../../src/data/sources/csv/clock-column.ts';

describe('a clock', () => {
  it.each([
    ['time_s', 1],
    ['Time (ms)', 1e-3],
    ['timestamp [us]', 1e-6],
    ['t_ms', 1e-3],
    ['time', undefined],
    ['times_s', undefined],
    ['s', undefined],
    ['latency_ms', undefined],
    ['timeout_s', undefined],
  ])('is a column called %s: %s', (name, unit) => {
    expect(clockUnit(name)).toBe(unit);
  });

  const rows = (time: (i: number) => number, count = 100) => [
    ['x', 'time_ms'],
    ...Array.from({ length: count }, (_, i) => ['1', String(time(i))]),
  ];

  it('tells the rate, where it goes forward', () => {
    const point = { decimal: '.' } as const;
    expect(
      rateOfRows(
        rows((i) => 1000 + i * 16),
        point,
      ),
    ).toBe(62.5);
    expect(
      rateOfRows(
        rows((i) => Math.ceil(i / 3) * 24),
        point,
      ),
    ).toBeCloseTo(125, -1);
    expect(
      rateOfRows(
        rows((i) => i * 16, 9),
        point,
      ),
    ).toBeUndefined();
    expect(
      rateOfRows(
        rows((i) => -i),
        point,
      ),
    ).toBeUndefined();
    expect(
      rateOfRows(
        rows(() => 5),
        point,
      ),
    ).toBeUndefined();
    expect(rateOfRows([['x'], ...Array.from({ length: 50 }, () => ['1'])], point)).toBeUndefined();
    expect(rateOfRows([], point)).toBeUndefined();
  });
});
