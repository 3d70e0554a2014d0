import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { listDataFiles } from '../../../../src/artifacts/data-files.ts';
import { createRandom } from '../../../../src/core/random.ts';
import { idxSource } from '../../../../src/data/sources/idx.ts';
import { NO_SHARED, sharedPath } from '../../../shared.ts';
import { dataFile, refusal, STRICT } from '../files.ts';
import { mutated, readRows } from '../source-files.ts';

const WRITERS = {
  8: [1, (bytes: Buffer, value: number, at: number) => bytes.writeUInt8(value, at)],
  9: [1, (bytes: Buffer, value: number, at: number) => bytes.writeInt8(value, at)],
  11: [2, (bytes: Buffer, value: number, at: number) => bytes.writeInt16BE(value, at)],
  12: [4, (bytes: Buffer, value: number, at: number) => bytes.writeInt32BE(value, at)],
  13: [4, (bytes: Buffer, value: number, at: number) => bytes.writeFloatBE(value, at)],
  14: [8, (bytes: Buffer, value: number, at: number) => bytes.writeDoubleBE(value, at)],
} as const;

function idxOf(
  shape: readonly number[],
  values: readonly number[],
  type: keyof typeof WRITERS = 8,
): Uint8Array {
  const [size, write] = WRITERS[type];
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, type, shape.length]);
  for (const [axis, length] of shape.entries()) header.writeUInt32BE(length, 4 + 4 * axis);
  const data = Buffer.alloc(size * values.length);
  for (const [i, value] of values.entries()) write(data, value, i * size);
  return Buffer.concat([header, data]);
}

const pictures = idxOf([2, 1, 2], [1, 2, 3, 4]);
const labels = idxOf([2], [7, 3]);
const read = (files: Readonly<Record<string, Uint8Array>>, tolerant = false) =>
  readRows(
    idxSource,
    Object.entries(files).map(([name, bytes]) => dataFile(name, bytes)),
    {},
    tolerant,
  );

describe('idx', () => {
  it.each([
    ['as they are', (bytes: Uint8Array) => bytes],
    ['packed by gzip', (bytes: Uint8Array): Uint8Array => gzipSync(bytes)],
  ])('reads pictures with their labels, %s', async (_, pack) => {
    const { columns, rows } = await read({ images: pack(pictures), labels: pack(labels) });
    expect(columns).toEqual([
      { name: 'picture', kind: 'number', shape: [1, 2, 1] },
      { name: 'label', kind: 'category', shape: [], texts: ['3', '7'] },
    ]);
    expect(rows).toEqual({
      images: [
        [1, 2, 1],
        [3, 4, 0],
      ],
    });
  });

  it.each([
    [8, [0, 255]],
    [9, [-128, 127]],
    [11, [-32768, 32767]],
    [12, [-2147483648, 2147483647]],
    [13, [0.5, -1.25]],
    [14, [Math.PI, -1e300]],
  ] as const)('reads numbers of type %i', async (type, values) => {
    const { columns, rows } = await read({ x: idxOf([1, 2], values, type) });
    expect(columns).toEqual([{ name: 'x0', kind: 'number', shape: [2] }]);
    expect(rows.x).toEqual([values]);
    expect((await read({ x: idxOf([2], values, type) })).rows.x).toEqual(values.map((value) => [value]));
  });

  it('reads pictures with channels', async () => {
    const { columns } = await read({ x: idxOf([1, 1, 2, 3], [1, 2, 3, 4, 5, 6]) });
    expect(columns).toEqual([{ name: 'picture', kind: 'number', shape: [1, 2, 3] }]);
  });

  it('finds labels by their number, and among equally many by name', async () => {
    const files = {
      'a-images': idxOf([2, 1], [1, 2]),
      'a-labels': idxOf([2], [5, 6]),
      'b-images': idxOf([2, 1], [3, 4]),
      'b-labels': idxOf([2], [6, 5]),
      'c-images': idxOf([1, 1], [9]),
      'c-labels': idxOf([1], [8]),
    };
    const { rows } = await read(files);
    expect(rows).toEqual({
      'a-images': [
        [1, 0],
        [2, 1],
      ],
      'b-images': [
        [3, 1],
        [4, 0],
      ],
      'c-images': [[9, 2]],
    });
  });

  it('reads more than a block of pictures', async () => {
    const values = Array.from({ length: 3 * 40_000 }, (_, i) => i % 251);
    const { rows } = await read({ x: gzipSync(idxOf([3, 200, 200], values)) });
    expect(rows.x.flat()).toEqual(values);
  });

  it('knows IDX files by their first bytes, packed or not', () => {
    expect([pictures, labels, gzipSync(pictures)].map((bytes) => idxSource.recognizes(bytes))).toEqual([
      true,
      true,
      true,
    ]);
    const others = [
      new Uint8Array(8),
      new Uint8Array(0),
      gzipSync(Buffer.from('1,2\n')),
      Buffer.from('hello, world'),
      Uint8Array.of(0x1f, 0x8b),
    ];
    expect(others.map((bytes) => idxSource.recognizes(bytes))).toEqual([false, false, false, false, false]);
    const large = gzipSync(createGreys(20_000)).subarray(0, 4096);
    expect(idxSource.recognizes(large)).toBe(true);
  });
});

function createGreys(count: number): Uint8Array {
  const random = createRandom(5, 'pixels');
  return idxOf(
    [count, 1],
    Array.from({ length: count }, () => random.below(16)),
  );
}

describe('what is refused', () => {
  const packed = gzipSync(pictures);
  const patched = (bytes: Uint8Array, offset: number, value: number) => {
    const copy = Uint8Array.from(bytes);
    copy[offset < 0 ? bytes.length + offset : offset] = value;
    return copy;
  };

  it.each([
    ['nothing', new Uint8Array(0), 'x: it was cut off within its header'],
    ['a header that was cut off', pictures.subarray(0, 9), 'x: it was cut off within its header'],
    ['another file', Buffer.from('hello, world'), 'x: it does not begin as IDX files do'],
    [
      'pictures that were cut off',
      pictures.subarray(0, 18),
      'x: its shape [2, 1, 2] takes 4 bytes, and 2 are there',
    ],
    [
      'more pictures than it says',
      patched(pictures, 7, 1),
      'x: its shape [1, 1, 2] takes 2 bytes, and 4 are there',
    ],
    ['no pictures', idxOf([0, 2], []), 'x: its shape [0, 2] has no values'],
    ['a gzip file that was cut off', packed.subarray(0, 12), 'x: it is a gzip file that was cut off'],
    [
      'a gzip file with a wrong checksum',
      patched(packed, -5, 0x5a),
      'x: it is a damaged gzip file: it unpacks to something else than was packed',
    ],
    ['infinity', idxOf([1, 2], [1, Number.POSITIVE_INFINITY], 13), 'x: row 1 holds infinity in column "x0"'],
  ])('%s', async (_, bytes, message) => {
    expect(await refusal(read({ x: bytes }))).toMatchObject({ kind: 'input', code: 'bad-data', message });
  });

  it('rows that no memory holds', async () => {
    const error = await refusal(read({ x: idxOf([1, 5000, 5000], []) }));
    expect(error).toMatchObject({ kind: 'unsupported', code: 'too-large' });
  });

  it('what does not belong together', async () => {
    expect((await refusal(read({ images: pictures, labels: idxOf([3], [1, 2, 3]) }))).message).toBe(
      'images: it has 2 rows, and no file has as many labels: labels (3)',
    );
    expect((await refusal(read({ a: pictures, b: pictures, labels }))).message).toContain(
      'labels: its labels would be those of two files',
    );
    expect((await refusal(read({ a: pictures, b: idxOf([1, 2, 2], [1, 2, 3, 4]) }))).message).toContain(
      'b: its rows have the shape [2, 2], and those of a have [1, 2]',
    );
    expect(await refusal(read({}))).toMatchObject({ code: 'no-data' });
  });

  it('kinds that the files do not have', async () => {
    const open = (kinds: Record<string, 'number' | 'time'>) =>
      refusal(idxSource.open([dataFile('a', pictures), dataFile('b', labels)], {}, { ...STRICT, kinds }));
    expect((await open({ label: 'time' })).message).toBe('Column "label" is a category, and no time');
    expect(await open({ labels: 'number' })).toMatchObject({ code: 'unknown-column' });
  });

  it.each([
    ['plain', pictures],
    [
      'packed',
      gzipSync(
        idxOf(
          [20, 3, 3],
          Array.from({ length: 180 }, (_, i) => (i * 77) % 256),
        ),
      ),
    ],
  ])('damaged %s files give rows or a sentence', async (name, original) => {
    const random = createRandom(13, `mutants of ${name} IDX files`);
    let damaged = 0;
    for (let i = 0; i < 500; i++) {
      try {
        const { skipped } = await read({ x: mutated(original, 20, random) }, true);
        for (const error of skipped) expect(error.message.startsWith('x: ')).toBe(true);
        if (skipped.length > 0) damaged++;
      } catch (error) {
        expect(error).toMatchObject({ code: 'no-data' });
        damaged++;
      }
    }
    expect(damaged).toBeGreaterThan(100);
    expect(damaged).toBeLessThan(500);
  });
});

const mnist = sharedPath('data', 'mnist-t10k');
it.skipIf(mnist === undefined)(`reads the test set of MNIST (${NO_SHARED})`, async () => {
  const files = listDataFiles(mnist as string).filter(({ path }) => path.endsWith('ubyte.gz'));
  const { columns, blocks } = await idxSource
    .open(files, {}, STRICT)
    .then((source) => ({ columns: source.columns, blocks: source.blocks() }));
  expect(columns[0].shape).toEqual([28, 28, 1]);
  expect(columns[1].texts).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  const counts = new Array<number>(10).fill(0);
  let most = 0;
  for await (const { rows, values } of blocks) {
    for (let row = 0; row < rows; row++) counts[values[row * 785 + 784]]++;
    for (let i = 0; i < 784; i++) most = Math.max(most, values[i]);
  }
  expect(counts).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  expect(most).toBe(255);
});
