/** Numbers are the same whichever file they come in, and what is wrong is named by its place. */

import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { bytesInMemory } from '../../../src/core/random-access.ts';
import { writeNpy } from '../../../src/data/records/npy.ts';
import { openRecords } from '../../../src/data/records/open-records.ts';
import { readAllRecords } from '../../../src/data/records/records.ts';

function read(content: string | Uint8Array) {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return readAllRecords(openRecords(bytesInMemory(bytes), 'x'), 'x');
}

function refusal(content: string | Uint8Array): string {
  try {
    read(content);
  } catch (error) {
    if (error instanceof TinymlError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'nothing was refused';
}

const NUMBERS = { shape: [2, 3], data: Float32Array.of(1, -2.5, 3e-3, 4, 0.5, -6) };

describe('openRecords', () => {
  it.each([
    ['.npy', writeNpy('float32', NUMBERS.shape, NUMBERS.data)],
    ['commas', '1,-2.5,3e-3\n4,.5,-6\n'],
    ['names, blanks and ends of Windows', 'ax, ay, az\r\n1, -2.5, 3e-3\r\n\r\n4, .5, -6'],
    ['semicolons and a byte order mark', '\ufeff1;-2.5;0.003\n4;0.5;-6.0\n'],
    ['tabs and quotation marks', '"ax"\t"ay"\t"az"\n"1"\t-2.5\t3E-3\n+4\t5e-1\t-6.\n'],
    ['blanks', ' 1 -2.5  3e-3\n 4  0.5 -6\n'],
    ['JSON', ' [[1, -2.5, 3e-3], [4, 0.5, -6]]\n'],
  ])('%s', (_, content) => {
    expect(read(content)).toEqual(NUMBERS);
  });

  it('lists within lists have all their axes, and plain numbers are records of one value', () => {
    expect(read('[[[1],[2]],[[3],[4]]]').shape).toEqual([2, 2, 1]);
    expect(read('[1, 2, 3]')).toEqual({ shape: [3], data: Float32Array.of(1, 2, 3) });
    expect(read('1\n2\n3\n')).toEqual({ shape: [3, 1], data: Float32Array.of(1, 2, 3) });
  });

  it('lines and numbers may lie across the pieces in which a file is read', () => {
    const lines = Array.from({ length: 200_000 }, (_, row) => `${row},${row / 2}`);
    const { shape, data } = read(lines.join('\n'));
    expect(shape).toEqual([200_000, 2]);
    expect(
      data.every((value, index) => value === Math.fround(index % 2 === 0 ? index / 2 : (index - 1) / 4)),
    ).toBe(true);
  });

  it.each([
    [
      'a word below the first line',
      '1,2\n3,four\n',
      'bad-csv: x: Line 2, column 2 is "four", which is no number',
    ],
    [
      'a first line that is half names',
      'a,2\n3,4\n',
      'bad-csv: x: Line 1, column 1 is "a", which is no number',
    ],
    ['a decimal comma', '1,5;2,5\n', 'bad-csv: x: Line 1, column 1 is "1,5", which is no number'],
    ['an empty cell', '1,2\n3,\n', 'bad-csv: x: Line 2, column 2 is "", which is no number'],
    ['NaN', '1,2\n3,nan\n', 'bad-csv: x: Line 2, column 2 is "nan", which is no number'],
    ['more than float32 holds', '1\n1e39\n', 'bad-csv: x: Line 2, column 1 is "1e39", which is no number'],
    ['a short line', '1,2\n3\n', 'bad-csv: x: Line 2 has 1 number, and the lines before it have 2'],
    ['half JSON', '[[1, 2', 'bad-json: x: It is not JSON'],
    ['an object', '{"x": [1]}', 'bad-json: x: It is not a list'],
    [
      'a word in JSON',
      '[[1, 2], [3, "4"]]',
      'bad-json: x: The list[1][1] is no number that float32 can hold',
    ],
    [
      'lists of different lengths',
      '[[1, 2], [3]]',
      'bad-json: x: The list[1] is not a list of 2, as the first one is',
    ],
    [
      'few lists that claim many numbers',
      `[[${'0,'.repeat(5000)}0]${',1'.repeat(5000)}]`,
      'bad-json: x: The lists',
    ],
    [
      'deep lists',
      '['.repeat(5000) + ']'.repeat(5000),
      'bad-json: x: The lists are nested more than 32 deep',
    ],
    ['lists of nothing', '[[], []]', 'no-records: x: an array of shape [2, 0]'],
    ['another file', Uint8Array.of(0, 1, 2, 3), 'unknown-records: x: It is neither a .npy file nor text'],
    ['half a mark', Uint8Array.of(0x93, 0x4e), 'bad-npy: x: The .npy file is damaged'],
  ])('refuses %s', (_, content, sentence) => {
    expect(refusal(content)).toContain(sentence);
  });
});
