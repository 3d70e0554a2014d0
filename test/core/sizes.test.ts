import { describe, expect, it } from 'vitest';
import { parseByteSize, parseCount, SIZE_PATTERN } from '../../src/core/sizes/sizes.ts';

describe('sizes', () => {
  it.each([
    ['0', 0, 0],
    ['4096', 4096, 4096],
    ['64k', 65536, 64000],
    ['64K', 65536, 64000],
    ['1.5k', 1536, 1500],
    ['1M', 1048576, 1000000],
    ['0.5M', 524288, 500000],
    ['2.0', 2, 2],
    ['0.001953125k', 2, undefined],
    ['1.3k', undefined, 1300],
    ['1.5', undefined, undefined],
  ])('%s', (text, bytes, count) => {
    expect([parseByteSize(text), parseCount(text)]).toEqual([bytes, count]);
  });

  it.each([
    '',
    'k',
    '-1',
    '+1',
    '1e3',
    '0x10',
    '64 k',
    '64kb',
    '1G',
    '1m',
    '.5k',
    '1.',
    '99999999999M',
    '1k\n',
  ])('%j is refused', (text) => {
    expect([parseByteSize(text), parseCount(text)]).toEqual([undefined, undefined]);
  });

  it('the pattern holds for everything that parses', () => {
    for (const text of ['0', '1.5k', '12M']) expect(text).toMatch(SIZE_PATTERN);
  });
});
