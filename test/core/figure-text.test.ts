import { describe, expect, test } from 'vitest';
import { counted, countOf } from '../../src/core/figure-text.ts';

describe('a number and a noun', () => {
  test('one is one thing, and all else are several', () => {
    expect([0, 1, 2, 12345].map((number) => counted(number, 'row'))).toEqual([
      '0 rows',
      '1 row',
      '2 rows',
      '12345 rows',
    ]);
    expect([1, 3].map((number) => counted(number, 'axis', 'axes'))).toEqual(['1 axis', '3 axes']);
  });

  test('reports set thousands apart', () => {
    expect([1, 999, 12345].map((number) => countOf(number, 'row'))).toEqual([
      '1 row',
      '999 rows',
      '12,345 rows',
    ]);
    expect(countOf(1200, 'class', 'classes')).toBe('1,200 classes');
  });
});
