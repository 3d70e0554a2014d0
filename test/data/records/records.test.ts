/** Records read in blocks are the records read at once, whatever the type, the order and the size of the blocks. */

import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { bytesInMemory, type RandomAccessBytes } from '../../../src/core/random-access.ts';
import { readNpyFloat32, writeNpy } from '../../../src/data/records/npy.ts';
import {
  arrayRecords,
  checkRecordAxes,
  openNpyRecords,
  pickRecords,
  type RecordSource,
  readAllRecords,
} from '../../../src/data/records/records.ts';
import { processorMs } from '../../processor-time.ts';

/** All records through blocks of `rows`, the last one shorter. */
function readBlocks(source: RecordSource, rows: number): Float32Array {
  const length = source.shape.reduce((product, dimension) => product * dimension, 1);
  const all = new Float32Array(source.count * length);
  const block = new Float32Array(rows * length);
  for (let start = 0; start < source.count; start += rows) {
    const count = Math.min(rows, source.count - start);
    source.read(start, count, block);
    all.set(block.subarray(0, count * length), start * length);
  }
  return all;
}

function open(bytes: Uint8Array): RecordSource {
  return openNpyRecords(bytesInMemory(bytes), 'x.npy');
}

function refusal(act: () => unknown): TinymlError {
  try {
    act();
  } catch (error) {
    if (error instanceof TinymlError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** The header of a C-ordered file says Fortran order instead; the length stays. */
function asFortran(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  return Buffer.from(text.replace("'fortran_order': False", "'fortran_order': True "), 'latin1');
}

const random = createRandom(5, 'records');
const drawn = Array.from({ length: 7 * 3 * 2 }, () => Math.round(200 * random.uniform()) - 100);
const FILES = [
  [
    'float32',
    writeNpy(
      'float32',
      [7, 3, 2],
      Float32Array.from(drawn, (x) => x / 3),
    ),
  ],
  [
    'float64',
    writeNpy(
      'float64',
      [7, 3, 2],
      Float64Array.from(drawn, (x) => x / 3),
    ),
  ],
  ['int8', writeNpy('int8', [7, 3, 2], Int8Array.from(drawn))],
  ['uint8', writeNpy('uint8', [7, 3, 2], Uint8Array.from(drawn))],
  ['int16', writeNpy('int16', [7, 3, 2], Int16Array.from(drawn))],
  ['int32', writeNpy('int32', [7, 3, 2], Int32Array.from(drawn))],
  ['int64', writeNpy('int64', [7, 3, 2], BigInt64Array.from(drawn, BigInt))],
  [
    'bool',
    writeNpy(
      'bool',
      [7, 3, 2],
      Uint8Array.from(drawn, (x) => (x > 0 ? 1 : 0)),
    ),
  ],
] as const;
const BLOCKS = [1, 2, 3, 5, 7, 64];

describe('openNpyRecords', () => {
  it.each(FILES)('%s, in C order and in Fortran order', (_, bytes) => {
    for (const file of [bytes, asFortran(bytes)]) {
      const { shape, data } = readNpyFloat32(file);
      for (const rows of BLOCKS) {
        const source = open(file);
        expect([source.count, ...source.shape]).toEqual(shape);
        expect(readBlocks(source, rows)).toEqual(data);
      }
    }
  });

  it('reads the header and the block, and nothing else', () => {
    const bytes = writeNpy('float32', [1000, 4], new Float32Array(4000));
    const ranges: [number, number][] = [];
    const memory = bytesInMemory(bytes);
    const file: RandomAccessBytes = {
      ...memory,
      readAt(offset, into) {
        ranges.push([offset, into.length]);
        memory.readAt(offset, into);
      },
    };
    const source = openNpyRecords(file, 'x.npy');
    const opened = ranges.splice(0);
    expect(opened.every(([offset, length]) => offset + length <= 128)).toBe(true);
    source.read(500, 10, new Float32Array(100));
    expect(ranges).toEqual([[128 + 500 * 16, 160]]);
  });

  it('a vector has records of one value', () => {
    const source = open(writeNpy('float32', [3], Float32Array.from([1, 2, 3])));
    expect([source.count, source.shape]).toEqual([3, []]);
    expect(readBlocks(source, 2)).toEqual(Float32Array.from([1, 2, 3]));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    '%d in the last row is refused when that row is read',
    (value) => {
      const data = Float32Array.from({ length: 21 }, (_, i) => (i === 19 ? value : i));
      for (const file of [
        writeNpy('float32', [7, 3], data),
        writeNpy('float64', [7, 3], Float64Array.from(data)),
      ]) {
        const source = open(file);
        source.read(0, 6, new Float32Array(18));
        expect(refusal(() => source.read(4, 3, new Float32Array(9)))).toMatchObject({
          kind: 'input',
          code: 'not-finite',
          message: `x.npy: row 6 holds ${value}`,
        });
      }
    },
  );

  it('a double beyond float32 is named by its place in the whole array', () => {
    const data = new Float64Array(21);
    data[16] = 1e300;
    const source = open(writeNpy('float64', [7, 3], data));
    expect(refusal(() => source.read(4, 3, new Float32Array(9)))).toMatchObject({
      code: 'npy-range',
      message: 'x.npy: Element 16 of the .npy file is 1e+300, beyond the range of float32.',
    });
  });

  it('a byte that is no boolean is named by its place in the file', () => {
    const bytes = writeNpy('bool', [4, 2], new Uint8Array(8));
    bytes[128 + 5] = 7;
    const error = refusal(() => open(bytes).read(2, 2, new Float32Array(4)));
    expect(error.message).toContain('neither 0 nor 1 at byte 133');
  });

  it.each([
    ['a number', writeNpy('float32', [], new Float32Array(1)), 'no-records'],
    ['records of nothing', writeNpy('float32', [9007199254740991, 0], new Float32Array(0)), 'no-records'],
    ['a truncated file', FILES[0][1].subarray(0, -1), 'bad-npy'],
    ['a file with bytes behind it', Buffer.concat([FILES[0][1], Buffer.alloc(1)]), 'bad-npy'],
    [
      'a huge shape',
      Buffer.from(
        Buffer.from(FILES[0][1]).toString('latin1').replace('(7, 3, 2), }        ', '(70000000, 3, 2), } '),
        'latin1',
      ),
      'bad-npy',
    ],
  ])('refuses %s before any record is read', (_, bytes, code) => {
    expect(refusal(() => open(bytes))).toMatchObject({ kind: 'input', code });
  });
});

it('more than memory should hold at once is refused before it is allocated', () => {
  const endless = { ...arrayRecords({ shape: [1, 1000], data: new Float32Array(1000) }), count: 2 ** 20 };
  expect(refusal(() => readAllRecords(endless, 'x.npy'))).toMatchObject({
    kind: 'unsupported',
    code: 'too-large',
    message: 'x.npy: 1048576 records of 1000 values take 3.9 GiB of memory at once, and 2 GiB is the limit',
  });
});

it('pickRecords gives records by their places', () => {
  const source = arrayRecords({ shape: [4, 2], data: Float32Array.from([0, 1, 10, 11, 20, 21, 30, 31]) });
  const picked = pickRecords(source, [3, 0, 3]);
  expect(readAllRecords(picked, '')).toEqual({
    shape: [3, 2],
    data: Float32Array.from([30, 31, 0, 1, 30, 31]),
  });
  const block = new Float32Array(4);
  picked.read(1, 2, block);
  expect(block).toEqual(Float32Array.from([0, 1, 30, 31]));
});

it('arrayRecords gives blocks of an array', () => {
  const data = Float32Array.from(drawn);
  for (const rows of BLOCKS) {
    expect(readBlocks(arrayRecords({ shape: [7, 3, 2], data }), rows)).toEqual(data);
  }
});

describe('arrayRecords', () => {
  it('refuses data of another size than the shape says, and values that are no numbers', () => {
    const records = (shape: number[], data: number[]) =>
      arrayRecords({ shape, data: Float32Array.from(data) });
    expect(refusal(() => records([3, 2], [1, 2, 3, 4])).code).toBe('records-shape');
    expect(refusal(() => records([1, 2], [1, 2, 3, 4])).code).toBe('records-shape');
    expect(refusal(() => records([], [])).code).toBe('records-shape');
    const error = refusal(() => records([2, 2], [1, 2, 3, Number.NaN]).read(0, 2, new Float32Array(4)));
    expect([error.code, error.message]).toEqual(['not-finite', 'The records: row 1 holds NaN']);
  });
});

it.each([[99_999_999_999], [500_000_000]])('no records of %d values each are read at once', (length) => {
  const header = `{'descr': '<f4', 'fortran_order': True, 'shape': (0, ${length}), }`.padEnd(117);
  const bytes = new Uint8Array(128);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
  bytes.set(new TextEncoder().encode(`${header}\n`), 10);
  const started = processorMs();
  const memory = bytesInMemory(bytes);
  let opened = false;
  const readAt = (offset: number, into: Uint8Array): void => {
    if (opened) throw new Error('There is nothing to read');
    memory.readAt(offset, into);
  };
  const records = openNpyRecords({ ...memory, readAt }, 'x.npy');
  expect([records.count, records.shape]).toEqual([0, [length]]);
  opened = true;
  expect(readAllRecords(records, 'x.npy').shape).toEqual([0, length]);
  expect(processorMs() - started).toBeLessThan(1000);
});

describe('checkRecordAxes', () => {
  it.each([
    [
      [32, 32, 3],
      [1, 32, 32, 3],
    ],
    [
      [49, 10],
      [1, 49, 10, 1],
    ],
    [
      [1, 49, 10],
      [1, 49, 10, 1],
    ],
    [[490], [1, 49, 10, 1]],
    [
      [28, 28, 1],
      [1, 784],
    ],
    [
      [28, 28],
      [1, 4, 7, 28],
    ],
    [[], [1, 1]],
  ])('lets %j be %j', (record, input) => {
    expect(() => checkRecordAxes(record, input)).not.toThrow();
  });

  it.each([
    [
      [3, 32, 32],
      [1, 32, 32, 3],
    ],
    [
      [10, 49],
      [1, 49, 10, 1],
    ],
    [
      [3, 64],
      [1, 64, 3],
    ],
    [
      [7, 70],
      [1, 49, 10, 1],
    ],
  ])('refuses %j for %j', (record, input) => {
    const { kind, code } = refusal(() => checkRecordAxes(record, input));
    expect([kind, code]).toEqual(['usage', 'record-axes']);
  });
});
