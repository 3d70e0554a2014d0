/** Tables whose rows name files: what the files hold, in their place, and what is wrong with some. */

import { describe, expect, it } from 'vitest';
import type { TinymlError } from '../../../src/core/errors.ts';
import {
  ATTACHED_FORMS,
  type AttachedForm,
  attachedShape,
} from '../../../src/data/attached/attached-forms.ts';
import { attachedSource, namesIn } from '../../../src/data/attached/attached-source.ts';
import { besideTable, listedTables } from '../../../src/data/attached/beside-table.ts';
import { csvSource } from '../../../src/data/sources/csv.ts';
import { encodePng } from '../../../src/data/sources/images/encode-png.ts';
import { rowLengthOf } from '../../../src/data/sources/row-source.ts';
import { encodeWav } from '../../../src/data/sources/wav/encode-wav.ts';
import { filesOf } from '../../stages/text-files.ts';

const WAV: AttachedForm = {
  source: 'wav',
  column: 'clip',
  format: ATTACHED_FORMS.wav.format.parse({ rate: 8, seconds: 0.5 }),
};
const PICTURE: AttachedForm = {
  source: 'images',
  column: 'photo',
  format: ATTACHED_FORMS.images.format.parse({ width: 1, height: 2, channels: 1 }),
};
const SERIES: AttachedForm = {
  source: 'csv',
  column: 'log',
  features: ['b', 'a'],
  length: 2,
  format: ATTACHED_FORMS.csv.format.parse(undefined),
};

const grey = (...data: number[]) =>
  encodePng({ width: 2, height: 2, channels: 1, data: Uint8Array.from(data), white: 255 });

const FILES = {
  't.csv': 'n,clip,photo,log\n1,a.wav,p.png,x.csv\n2,sub/b.wav,q.png,x.csv\n3,a.wav,p.png,\n',
  'a.wav': encodeWav([0.5, -0.5, 0.25, -0.25, 1, 1], 8),
  'sub/b.wav': encodeWav([0.5], 8),
  'p.png': grey(10, 20, 30, 40),
  'q.png': grey(0, 0, 200, 100),
  'x.csv': 'a,b,c\n1,2,x\n3,4,y\n5,6,z\n',
};

/** All rows, and what was skipped. */
async function read(files: Readonly<Record<string, string | Uint8Array>>, forms: readonly AttachedForm[]) {
  const list = filesOf(files);
  const skipped: TinymlError[] = [];
  const skip = (error: TinymlError) => skipped.push(error);
  const kinds = { clip: 'category', photo: 'category', log: 'category' } as const;
  const format = await csvSource.sniff(list('t.csv'), { skip });
  const table = await csvSource.open(list('t.csv'), format, { skip, kinds });
  const find = (_: unknown, name: string) => list(besideTable('', name))[0];
  const source = attachedSource(table, forms, find, { skip });
  const rows: number[][] = [];
  const starts: number[] = [];
  for await (const block of source.blocks()) {
    rows.push([...block.values.subarray(0, rowLengthOf(source))]);
    starts.push(block.start);
  }
  return { columns: source.columns, rows, starts, skipped, table };
}

describe('files that a table names', () => {
  it('are arrays in the place of their names, and what has none is missing', async () => {
    const { columns, rows, skipped } = await read(FILES, [WAV, PICTURE, SERIES]);
    expect(columns.map(({ name, kind, shape }) => [name, kind, shape])).toEqual([
      ['n', 'number', []],
      ['clip', 'number', [4, 1]],
      ['photo', 'number', [2, 1, 1]],
      ['log', 'number', [2, 2]],
    ]);
    const pcm = (value: number) => Math.round(value * 32767) / 32768;
    const sound = [0.5, -0.5, 0.25, -0.25].map(pcm);
    expect(rows).toEqual([
      [1, ...sound, 15, 35, 2, 1, 4, 3],
      [2, pcm(0.5), 0, 0, 0, 0, 150, 2, 1, 4, 3],
      [3, ...sound, 15, 35, NaN, NaN, NaN, NaN],
    ]);
    expect(skipped).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, string | Uint8Array>>, string]>([
    ['a picture that is none', { 'q.png': 'hello' }, 't.csv: row 2, column "photo": q.png: it is no PNG'],
    [
      'a recording that is none',
      { 'sub/b.wav': 'hello' },
      't.csv: row 2, column "clip": sub/b.wav: it has 5 bytes',
    ],
    [
      'a rate that is far from the one asked for',
      { 'sub/b.wav': encodeWav([0.5, 0.5], 8000) },
      't.csv: row 2, column "clip": sub/b.wav: it has 8000 samples in a second, and 8 are asked for',
    ],
    [
      'a path that leads out of the folder',
      { 't.csv': 'n,clip,photo,log\n1,a.wav,p.png,x.csv\n2,../b.wav,q.png,x.csv\n3,a.wav,p.png,x.csv\n' },
      't.csv: row 2, column "clip": "../b.wav" does not lead to a file in the folder of the table',
    ],
  ])('%s: the row is skipped, and the sentence has table, row and column', async (_, changed, sentence) => {
    const { starts, skipped } = await read({ ...FILES, ...changed }, [WAV, PICTURE]);
    expect(starts).toEqual([0, 2]);
    expect(skipped.map(({ message }) => message)).toEqual([expect.stringContaining(sentence)]);
  });

  it.each<[string, string, string]>([
    ['too few rows', 'a,b\n1,2\n', 'x.csv: it has 1 row, and 2 are asked for'],
    ['a column that is not there', 'a,d\n1,2\n3,4\n', 'x.csv has no column "b"'],
    ['a word', 'a,b\n1,2\n3,many\n', 'x.csv: row 2 (line 3) holds "many" in column "b"'],
  ])('a series with %s names its file', async (_, text, sentence) => {
    const { skipped } = await read({ ...FILES, 'x.csv': text }, [SERIES]);
    expect(skipped[0].message).toContain(`t.csv: row 1, column "log": ${sentence}`);
  });

  it('a series without a column of one letter lists its columns: every other letter is alike', async () => {
    const { skipped } = await read({ ...FILES, 'x.csv': 'a,d\n1,2\n3,4\n' }, [SERIES]);
    expect(skipped[0].hint).toBe('The columns are a, d.');
  });

  it('are told once each, without reading them', async () => {
    const { table } = await read(FILES, []);
    expect((await namesIn(table, ['clip', 'log'])).map(({ name }) => name)).toEqual([
      'a.wav',
      'sub/b.wav',
      'x.csv',
    ]);
  });

  it('have the shape that a row has of them', () => {
    const stereo = ATTACHED_FORMS.wav.format.parse({ rate: 16000, seconds: 1, channels: 'stereo' });
    expect([WAV, { ...WAV, format: stereo }, PICTURE, SERIES].map(attachedShape)).toEqual([
      [4, 1],
      [16000, 2],
      [2, 1, 1],
      [2, 2],
    ]);
  });
});

describe('paths in tables', () => {
  const file = (path: string) => ({ path, length: 0, open: () => expect.fail() });

  it('begin at the folder of their table', () => {
    const folders = (path: string, ...files: string[]) =>
      listedTables(path, files.map(file)).map(({ folder }) => folder);
    expect(folders('data/t.csv', 't.csv')).toEqual(['data/']);
    expect(folders('t.csv', 't.csv')).toEqual(['']);
    expect(folders('../x/t.csv', '../x/t.csv')).toEqual(['../x/']);
    expect(folders('data', 'a.csv', 'sub/b.csv')).toEqual(['data/', 'data/sub/']);
    expect(folders('data/', 'sub/b.csv')).toEqual(['data/sub/']);
  });

  it.each(['a.wav', './a.wav', 'sub/a.wav', 'a b/ä.wav'])('take %j', (name) => {
    expect(besideTable('data/', name)).toBe(`data/${name.replace('./', '')}`);
  });

  it.each([
    '../a.wav',
    'sub/../../a.wav',
    '/etc/passwd',
    'C:\\a.wav',
    'file:///a',
    '..\\a.wav',
    'a//b',
    '.',
    'a\0.wav',
  ])('refuse %j', (name) => {
    expect(() => besideTable('data/', name)).toThrow('does not lead to a file in the folder of the table');
  });
});
