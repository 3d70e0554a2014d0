/** Rows as JSON has them, in every layout, and what is wrong with them. */

import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../../src/core/errors.ts';
import { createRandom } from '../../../../src/core/random.ts';
import { jsonSource } from '../../../../src/data/sources/json.ts';
import { dataFile, readFiles, refusal, STRICT, skipping } from '../files.ts';
import { mutated } from '../source-files.ts';

const read = (content: unknown, options = {}, context = STRICT) => {
  const text = typeof content === 'string' ? content : JSON.stringify(content, null, 1);
  return readFiles(jsonSource, [dataFile('x.json', text)], options, context);
};

describe('json', () => {
  it.each([
    ['lines', '{"a": 1, "c": "red"}\n\n{"c": "blue", "a": 2.5}\r\n{"a": null, "c": "red"}'],
    ['list', '[{"a": 1, "c": "red"}, {"a": 2.5, "c": "blue"}, {"c": "red"}]'],
  ])('objects as %s', async (layout, text) => {
    const { format, columns, values } = await read(text);
    expect(format).toEqual({ layout });
    expect(columns).toEqual([
      { name: 'a', kind: 'number', shape: [] },
      { name: 'c', kind: 'category', shape: [], texts: ['red', 'blue'] },
    ]);
    expect(values).toEqual([
      [1, 0],
      [2.5, 1],
      [Number.NaN, 0],
    ]);
  });

  it.each([
    ['lines', '[1, true, "2024-01-01"]\n[2, false, "2024-01-02"]\n'],
    ['list', '[[1, true, "2024-01-01"], [2, false, "2024-01-02"]]'],
  ])('lists as %s', async (layout, text) => {
    const { format, columns, values } = await read(text);
    expect(format).toEqual({ layout });
    expect(columns.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
      'x0: number',
      'x1: number',
      'x2: time',
    ]);
    const day = Date.UTC(2024, 0, 1);
    expect(values).toEqual([
      [1, 1, day],
      [2, 0, day + 86_400_000],
    ]);
  });

  it('nested lists are values of a shape, nested objects are members behind a dot', async () => {
    const rows = [
      {
        w: [
          [1, 2, 3],
          [4, 5, 6],
        ],
        at: { room: 'a', t: 1 },
      },
      {
        w: [
          [7, 8, 9],
          [10, 11, null],
        ],
        at: { room: 'b', t: 2 },
      },
    ];
    const { columns, values } = await read(rows);
    expect(columns.map(({ name, shape }) => [name, shape])).toEqual([
      ['w', [2, 3]],
      ['at.room', []],
      ['at.t', []],
    ]);
    expect(values).toEqual([
      [1, 2, 3, 4, 5, 6, 0, 1],
      [7, 8, 9, 10, 11, Number.NaN, 1, 2],
    ]);
    const lists = await read(rows.map(({ w }) => w));
    expect(lists.columns).toEqual([{ name: 'x0', kind: 'number', shape: [2, 3] }]);
  });

  it.each([
    [
      'lists',
      {
        up: [
          [1, 2],
          [3, 4],
        ],
        down: [[5, 6]],
      },
    ],
    [
      'data',
      {
        up: {
          data: [
            [1, 2],
            [3, 4],
          ],
          n: 2,
        },
        down: { data: [[5, 6]] },
      },
    ],
  ])('samples by label, with %s', async (_, content) => {
    for (const text of [content, JSON.stringify(content)]) {
      const { format, columns, values } = await read(text);
      expect(format).toEqual({ layout: 'labels' });
      expect(columns).toEqual([
        { name: 'label', kind: 'category', shape: [], texts: ['up', 'down'] },
        { name: 'data', kind: 'number', shape: [2] },
      ]);
      expect(values).toEqual([
        [0, 1, 2],
        [0, 3, 4],
        [1, 5, 6],
      ]);
    }
  });

  it('several files have the columns of all of them', async () => {
    const files = [dataFile('a.jsonl', '{"a": 1}\n{"a": 2}'), dataFile('b.jsonl', '{"b": 3}\n')];
    const { columns, rows } = await readFiles(jsonSource, files);
    expect(columns.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(rows.map(({ file, values }) => [file, ...values])).toEqual([
      ['a.jsonl', 1, Number.NaN],
      ['a.jsonl', 2, Number.NaN],
      ['b.jsonl', Number.NaN, 3],
    ]);
  });

  it('kinds may be given', async () => {
    const context = { ...STRICT, kinds: { a: 'category' } as const };
    const { columns, values } = await read('{"a": 5}\n{"a": 4}\n', {}, context);
    expect([columns[0].texts, values]).toEqual([
      ['5', '4'],
      [[0], [1]],
    ]);
    const unknown = { ...STRICT, kinds: { lable: 'category' } as const };
    expect((await refusal(read('{"label": 5}\n{"label": 4}\n', {}, unknown))).hint).toBe(
      'Did you mean "label"?',
    );
  });

  const good = '{"a": 1, "w": [1, 2]}\n'.repeat(30);
  it.each([
    ['{"a": 1, "w": [1, 2]', 'x.json: row 31 (line 31) is no JSON: '],
    ['{"a": "x", "w": [1, 2]}', 'x.json: row 31 (line 31) holds "x", which is no number, in column "a"'],
    ['{"a": 1e999, "w": [1, 2]}', 'x.json: row 31 (line 31) holds a number that is not finite in column "a"'],
    ['{"a": [1], "w": [1, 2]}', 'x.json: row 31 (line 31) holds a list or an object'],
    [
      '{"a": 1, "w": [1]}',
      'x.json: row 31 (line 31) has a list of 1 where the first row has one of shape [2] in column "w"',
    ],
    ['{"a": 1, "w": 1}', 'x.json: row 31 (line 31) has no list where'],
    ['7', 'x.json: row 31 (line 31) is neither an object nor a list'],
  ])('%s is named, or left out', async (line, message) => {
    const text = `${good}${line}\n{"a": 2, "w": [3, 4]}\n`;
    const error = await refusal(read(text));
    expect([error.code, error.message]).toEqual(['bad-data', expect.stringContaining(message)]);
    const context = skipping();
    const { rows } = await read(text, {}, context);
    expect(context.skipped.length).toBe(1);
    expect(rows.at(-1)).toEqual({ file: 'x.json', row: 31, values: [2, 3, 4] });
  });

  it.each([
    ['[{"a": 1}, ', { layout: 'list' }, 'x.json: it is no JSON: '],
    ['{"a": 1}', { layout: 'list' }, 'x.json: it is no list of rows'],
    ['{"a": 1}', { layout: 'labels' }, 'x.json: it is no object with a list of samples for each label'],
    ['[[], []]', {}, 'The JSON files have no row'],
    ['', { layout: 'lines' }, 'The JSON files have no row'],
  ])('%s with %j is refused', async (text, options, message) => {
    const format = { layout: 'list', ...options } as { layout: 'list' };
    const error = await refusal(jsonSource.open([dataFile('x.json', text)], format, STRICT));
    expect([error.kind, error.message]).toEqual(['input', expect.stringContaining(message)]);
  });

  it('text nested very deep ends with a sentence', async () => {
    const deep = `${'['.repeat(5e5)}1${']'.repeat(5e5)}`;
    expect((await refusal(read(deep))).kind).toBe('input');
    expect((await refusal(read(`[{"a":${deep}}]`))).kind).toBe('input');
  });

  it('knows JSON by how it begins', () => {
    const recognizes = (text: string) => jsonSource.recognizes(new TextEncoder().encode(text));
    expect([recognizes(' [1'), recognizes('\ufeff{'), recognizes('a,b'), recognizes('')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

it('damaged files are read or refused', async () => {
  const random = createRandom(1, 'damaged json');
  const originals = [
    '{"a": 1, "c": "red", "w": [[1, 2], [3, 4]]}\n{"a": 2, "c": "blue", "w": [[1, 2], [3, 4]]}\n',
    '[[1, 2], [3, 4]]',
    '{"up": {"data": [[1, 2], [3, 4]]}, "down": [[5, 6]]}',
  ].map((text) => new TextEncoder().encode(text));
  let refused = 0;
  for (let i = 0; i < 3000; i++) {
    try {
      await readFiles(jsonSource, [dataFile('x', mutated(originals[i % 3], 100, random))]);
    } catch (error) {
      if (!(error instanceof TinymlError) || error.kind === 'internal') throw error;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(1000);
});
