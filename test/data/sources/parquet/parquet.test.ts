/** Parquet files as tables, and what damaged and hostile ones are refused with. */

import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../../src/core/errors.ts';
import { createRandom } from '../../../../src/core/random.ts';
import { checkZstd } from '../../../../src/data/sources/parquet/check-zstd.ts';
import { parquetSource } from '../../../../src/data/sources/parquet.ts';
import { processorMs } from '../../../processor-time.ts';
import { dataFile, readFiles, refusal, STRICT, skipping } from '../files.ts';
import { mutated } from '../source-files.ts';
import { type WrittenColumn, writeParquet } from './write-parquet.ts';

const COLUMNS: readonly WrittenColumn[] = [
  { name: 'i', type: 'INT32', values: [1, -2, 3, 4, 5] },
  { name: 'l', type: 'INT64', values: [1, 2, null, 4, 5], optional: true },
  { name: 'f', type: 'FLOAT', values: [0.5, 1.5, 2.5, 3.5, 4.5] },
  { name: 'd', type: 'DOUBLE', values: [0.1, null, 0.3, 0.4, null], optional: true },
  { name: 'b', type: 'BOOLEAN', values: [true, false, true, true, false] },
  {
    name: 'c',
    type: 'BYTE_ARRAY',
    values: ['red', 'blue', 'red', 'ä', 'red'],
    converted: 0,
    dictionary: true,
  },
  { name: 't', type: 'INT64', values: [0, 1000, 2000, 3000, 4000], converted: 9 },
  {
    name: 'w',
    type: 'DOUBLE',
    values: [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
      [1, 1, 1],
      [2, 2, 2],
    ],
    isList: true,
  },
];
const ROWS = [
  [1, 1, 0.5, 0.1, 1, 0, 0, 1, 2, 3],
  [-2, 2, 1.5, Number.NaN, 0, 1, 1000, 4, 5, 6],
  [3, Number.NaN, 2.5, 0.3, 1, 0, 2000, 7, 8, 9],
  [4, 4, 3.5, 0.4, 1, 2, 3000, 1, 1, 1],
  [5, 5, 4.5, Number.NaN, 0, 0, 4000, 2, 2, 2],
];
const read = (bytes: Uint8Array, context = STRICT) =>
  readFiles(parquetSource, [dataFile('x.parquet', bytes)], {}, context);

describe('parquet', () => {
  it.each(['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'ZSTD'] as const)('packed as %s', async (codec) => {
    const { columns, rows } = await read(writeParquet(COLUMNS, 2, codec));
    expect(columns.map(({ name, kind, shape }) => [name, kind, ...shape])).toEqual([
      ['i', 'number'],
      ['l', 'number'],
      ['f', 'number'],
      ['d', 'number'],
      ['b', 'number'],
      ['c', 'category'],
      ['t', 'time'],
      ['w', 'number', 3],
    ]);
    expect(columns[5].texts).toEqual(['red', 'blue', 'ä']);
    expect(rows.map(({ row }) => row)).toEqual([0, 1, 2, 3, 4]);
    expect(rows.map(({ values }) => values)).toEqual(ROWS);
  });

  it('rows that are not like the others are named, or left out', async () => {
    const w: WrittenColumn = {
      name: 'w',
      type: 'DOUBLE',
      values: [[1, 2], [3, 4], [5], [6, 7]],
      isList: true,
    };
    const bytes = writeParquet([w], 3);
    const message = 'x.parquet: row 3 has a list of 1 where the first row has one of shape [2] in column "w"';
    expect(await refusal(read(bytes))).toMatchObject({ code: 'bad-data', message });
    const context = skipping();
    const { rows } = await read(bytes, context);
    expect([context.skipped, rows.map(({ row, values }) => [row, ...values])]).toEqual([
      [message],
      [
        [0, 1, 2],
        [1, 3, 4],
        [3, 6, 7],
      ],
    ]);
  });

  it('files that cannot be read are named, or left out', async () => {
    const good = writeParquet(COLUMNS, 5);
    const files = [
      dataFile('a.parquet', good),
      dataFile('b.parquet', good.subarray(0, good.length - 30)),
      dataFile('c.parquet', 'PAR1'),
      dataFile('d.parquet', ''),
    ];
    expect((await refusal(readFiles(parquetSource, files))).message).toMatch(
      /^b\.parquet: it is a damaged Parquet file/,
    );
    const context = skipping();
    const { values } = await readFiles(parquetSource, files, {}, context);
    expect(values).toEqual(ROWS);
    expect(context.skipped.map((message) => message.slice(0, 9))).toEqual([
      'b.parquet',
      'c.parquet',
      'd.parquet',
    ]);
  });

  it('knows files by their first bytes', () => {
    expect(parquetSource.recognizes(writeParquet(COLUMNS, 5))).toBe(true);
    expect(parquetSource.recognizes(new Uint8Array(2))).toBe(false);
  });
});

/** The first place of `from` becomes `to`; both have the same length. */
function replaced(
  bytes: Uint8Array<ArrayBuffer>,
  from: readonly number[],
  to: readonly number[],
): Uint8Array {
  const at = Buffer.from(bytes).indexOf(Buffer.from(from));
  expect(at).toBeGreaterThan(0);
  const copy = bytes.slice();
  copy.set(to, at);
  return copy;
}

describe('hostile files are refused before they cost anything', () => {
  const nullable: WrittenColumn = { name: 'n', type: 'DOUBLE', values: [1, 2, 3], optional: true };
  it('a run of more values than there are', async () => {
    // Levels 1 1 1 as runs of one, then one run of 2^31 - 1.
    const hostile = replaced(writeParquet([nullable], 3), [2, 1, 2, 1, 2, 1], [254, 255, 255, 255, 15, 1]);
    const started = processorMs();
    expect((await refusal(read(hostile))).message).toBe(
      'x.parquet: a run of 2147483647 values stands where 3 are left',
    );
    expect(processorMs() - started).toBeLessThan(1000);
  });

  it.each([
    [2 ** 24, 2 ** 24],
    [2 ** 22, 2 ** 19],
  ])('one value %d times in groups of %d, in a few bytes', async (repeated, groupRows) => {
    const column: WrittenColumn = { name: 'n', type: 'DOUBLE', values: [1], dictionary: true, repeated };
    const started = processorMs();
    expect(await refusal(read(writeParquet([column], groupRows)))).toMatchObject({
      kind: 'unsupported',
      code: 'too-large',
      message: expect.stringMatching(
        /^x\.parquet: it has \d+ values in \d+ bytes, and at most \d{6} are read/,
      ),
    });
    expect(processorMs() - started).toBeLessThan(1000);
  });

  it('one value a hundred thousand times is read', async () => {
    const repeated = 100_000;
    const column: WrittenColumn = { name: 'n', type: 'DOUBLE', values: [1.5], dictionary: true, repeated };
    const { values } = await read(writeParquet([column], repeated));
    expect(values.length).toBe(repeated);
  });

  it.each(['GZIP', 'SNAPPY', 'BROTLI', 'ZSTD'] as const)(
    'a page of %s that unpacks to more than is read',
    async (codec) => {
      const bomb: WrittenColumn = { name: 'n', type: 'DOUBLE', values: [1, 2, 3], claimedBytes: 2 ** 24 };
      const started = processorMs();
      expect(await refusal(read(writeParquet([bomb], 3, codec)))).toMatchObject({
        kind: 'unsupported',
        code: 'too-large',
        message: expect.stringMatching(
          /^x\.parquet: a page has 16777216 bytes unpacked, and at most 8\d{6} are read of a file of this size$/,
        ),
      });
      expect(processorMs() - started).toBeLessThan(1000);
    },
  );

  it('a frame of ZSTD that unpacks to more than its page has', async () => {
    const frame = (blocks: number) => [
      0x28,
      0xb5,
      0x2f,
      0xfd,
      0,
      0,
      ...new Array(blocks).fill([2, 0, 16, 7]).flat(),
    ];
    expect(() => checkZstd(Uint8Array.from([...frame(3), 1, 0, 0]), 100)).not.toThrow();
    expect(() => checkZstd(Uint8Array.from(frame(5000)), 100)).toThrow('has too many blocks');
    const claim = Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 64, 1, 0, 0]);
    expect(() => checkZstd(claim, 100)).toThrow('has 1073741824 bytes, and should have 100');
  });
});

it('damaged files are read or refused', async () => {
  const random = createRandom(1, 'damaged parquet');
  const originals = (['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'ZSTD'] as const).map((codec) =>
    writeParquet(COLUMNS, 3, codec),
  );
  let refused = 0;
  let slowest = 0;
  for (let i = 0; i < 500; i++) {
    const started = processorMs();
    try {
      await read(mutated(originals[i % 5], originals[i % 5].length, random));
    } catch (error) {
      if (!(error instanceof TinymlError) || error.kind === 'internal') throw error;
      refused++;
    }
    slowest = Math.max(slowest, processorMs() - started);
  }
  expect(refused).toBeGreaterThan(125);
  expect(slowest).toBeLessThan(3000);
});
