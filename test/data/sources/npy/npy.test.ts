/** NumPy's arrays as rows: every element type, both orders, several arrays, and what is wrong with files. */

import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../../src/core/errors.ts';
import { createRandom } from '../../../../src/core/random.ts';
import { npySource } from '../../../../src/data/sources/npy.ts';
import { npzSource } from '../../../../src/data/sources/npz.ts';
import { processorMs } from '../../../processor-time.ts';
import { dataFile, readFiles, refusal, STRICT, skipping } from '../files.ts';
import { mutated } from '../source-files.ts';

/** A file as NumPy writes it. */
function npy(descr: string, shape: readonly number[], data: Uint8Array, order = 'False'): Uint8Array {
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const header = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${tuple}, }`.padEnd(117);
  const mark = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0];
  return Uint8Array.from([...mark, ...Buffer.from(`${header}\n`, 'latin1'), ...data]);
}

const bytes = (array: { buffer: ArrayBufferLike; byteOffset: number; byteLength: number }) =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
const swapped = (data: Uint8Array, size: number) => {
  const copy = Uint8Array.from(data);
  for (let at = 0; at < copy.length; at += size) copy.subarray(at, at + size).reverse();
  return copy;
};
const read = (file: Uint8Array) => readFiles(npySource, [dataFile('x.npy', file)]);

describe('npy', () => {
  it.each([
    ['|b1', Uint8Array.of(0, 1, 1), [0, 1, 1]],
    ['|i1', bytes(Int8Array.of(-1, 0, 127)), [-1, 0, 127]],
    ['|u1', Uint8Array.of(255, 0, 1), [255, 0, 1]],
    ['<u2', bytes(Uint16Array.of(65535, 0, 1)), [65535, 0, 1]],
    ['>i2', swapped(bytes(Int16Array.of(-2, 0, 1)), 2), [-2, 0, 1]],
    ['<u4', bytes(Uint32Array.of(2 ** 32 - 1, 0, 1)), [2 ** 32 - 1, 0, 1]],
    ['<i8', bytes(BigInt64Array.of(-5n, 0n, 1n)), [-5, 0, 1]],
    ['<u8', bytes(BigUint64Array.of(5n, 0n, 1n)), [5, 0, 1]],
    ['<f4', bytes(Float32Array.of(0.5, Number.NaN, -1)), [0.5, Number.NaN, -1]],
    ['>f8', swapped(bytes(Float64Array.of(0.1, 2, -1)), 8), [0.1, 2, -1]],
    ['<f2', bytes(Uint16Array.of(0x3c00, 0x0001, 0xfbff)), [1, 2 ** -24, -65504]],
    ['<f2', bytes(Uint16Array.of(0x3555, 0x7e00, 0x8400)), [1365 / 4096, Number.NaN, -(2 ** -14)]],
  ])('of %s', async (descr, data, expected) => {
    const { columns, values } = await read(npy(descr, [3], data));
    expect(columns).toEqual([{ name: 'x0', kind: 'number', shape: [] }]);
    expect(values).toEqual(expected.map((value) => [value]));
  });

  it.each([
    ['<M8[ms]', [1e12, 0], [1e12, 0]],
    ['<M8[s]', [1e9, 0], [1e12, 0]],
    ['<M8[D]', [1, 0], [86_400_000, 0]],
  ])('of times in %s', async (descr, stored, expected) => {
    const { columns, values } = await read(npy(descr, [2], bytes(BigInt64Array.from(stored, BigInt))));
    expect([columns[0].kind, values]).toEqual(['time', expected.map((value) => [value])]);
  });

  it('of texts', async () => {
    const ascii = await read(npy('|S3', [3], Buffer.from('abc\0\0\0ab\0')));
    expect([ascii.columns[0].texts, ascii.values]).toEqual([
      ['abc', 'ab'],
      [[0], [Number.NaN], [1]],
    ]);
    const points = Uint32Array.from(['ä', '€', '\0', '\0'], (letter) => letter.codePointAt(0) as number);
    const unicode = await read(npy('<U2', [2], bytes(points)));
    expect([unicode.columns[0].texts, unicode.values]).toEqual([['ä€'], [[0], [Number.NaN]]]);
  });

  it('rows of a shape, in C order and in Fortran order', async () => {
    const shape = [500, 3, 5, 20];
    const data = Float32Array.from({ length: 500 * 300 }, (_, i) => i);
    const fortran = new Float32Array(data.length);
    let at = 0;
    for (let l = 0; l < 20; l++)
      for (let k = 0; k < 5; k++)
        for (let j = 0; j < 3; j++)
          for (let i = 0; i < 500; i++) fortran[at++] = ((i * 3 + j) * 5 + k) * 20 + l;
    for (const file of [npy('<f4', shape, bytes(data)), npy('<f4', shape, bytes(fortran), 'True ')]) {
      const { columns, values } = await read(file);
      expect(columns[0].shape).toEqual([3, 5, 20]);
      expect(values.flat()).toEqual([...data]);
    }
  });

  it('numbers may be categories', async () => {
    const file = dataFile('x.npy', npy('<i4', [4], bytes(Int32Array.of(7, 3, 7, 5))));
    const context = { ...STRICT, kinds: { x0: 'category' } as const };
    const { columns, values } = await readFiles(npySource, [file], {}, context);
    expect([columns[0].texts, values.flat()]).toEqual([
      ['7', '3', '5'],
      [0, 1, 0, 2],
    ]);
    const unknown = { ...STRICT, kinds: { x1: 'category' } as const };
    expect((await refusal(readFiles(npySource, [file], {}, unknown))).hint).toBe('Did you mean "x0"?');
  });

  it('rows that are not finite are named, or left out', async () => {
    const file = dataFile(
      'x.npy',
      npy('<f4', [3, 1], bytes(Float32Array.of(1, Number.POSITIVE_INFINITY, 3))),
    );
    const message = 'x.npy: row 2 holds infinity in column "x0"';
    expect(await refusal(readFiles(npySource, [file]))).toMatchObject({ code: 'bad-data', message });
    const context = skipping();
    const { rows } = await readFiles(npySource, [file], {}, context);
    expect([context.skipped, rows.map(({ row, values }) => [row, values])]).toEqual([
      [message],
      [
        [0, [1]],
        [2, [3]],
      ],
    ]);
  });

  it('files of another shape and files that are none are named, or left out', async () => {
    const files = [
      dataFile('a.npy', npy('|u1', [2, 2], Uint8Array.of(1, 2, 3, 4))),
      dataFile('b.npy', npy('|u1', [1, 3], Uint8Array.of(1, 2, 3))),
      dataFile('c.npy', 'text'),
      dataFile('d.npy', npy('|O', [1], Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8))),
      dataFile('e.npy', npy('|u1', [1, 2], Uint8Array.of(1))),
      dataFile('f.npy', npy('<c8', [1], new Uint8Array(8))),
      dataFile('g.npy', npy('|u1', [], Uint8Array.of(1))),
    ];
    expect((await refusal(readFiles(npySource, files))).message).toBe(
      'b.npy: rows of "x0" have the shape [3], and those of the first file [2]',
    );
    const context = skipping();
    const { values } = await readFiles(npySource, files, {}, context);
    expect(values).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(context.skipped.map((message) => message.slice(0, 5))).toEqual([
      'b.npy',
      'c.npy',
      'd.npy',
      'e.npy',
      'f.npy',
      'g.npy',
    ]);
  });
});

const images = npy('|u1', [2, 2, 2], Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
const labels = npy('<i8', [2], bytes(BigInt64Array.of(0n, 1n)));
const other = npy('<i8', [3], bytes(BigInt64Array.of(0n, 1n, 2n)));
const archive = (members: Record<string, Uint8Array>, level: 0 | 6) =>
  Uint8Array.from(zipSync(members, { level }));

describe('npz', () => {
  it.each([0, 6] as const)('at level %d', async (level) => {
    const file = dataFile('x.npz', archive({ 'x.npy': images, 'y.npy': labels }, level));
    const { format, columns, values } = await readFiles(npzSource, [file]);
    expect(format).toEqual({});
    expect(columns.map(({ name, shape }) => [name, shape])).toEqual([
      ['x', [2, 2]],
      ['y', []],
    ]);
    expect(values).toEqual([
      [1, 2, 3, 4, 0],
      [5, 6, 7, 8, 1],
    ]);
  });

  it('proposes the arrays that are alike', async () => {
    const file = dataFile('x.npz', archive({ 'x.npy': images, 'z.npy': other, 'y.npy': labels }, 6));
    const { format, values } = await readFiles(npzSource, [file]);
    expect([format, values.length]).toEqual([{ arrays: ['x', 'y'] }, 2]);
    expect((await refusal(npzSource.open([file], {}, STRICT))).message).toBe(
      'x.npz: array "z" has 3 rows, and "x" has 2',
    );
    expect(await refusal(npzSource.open([file], { arrays: ['lables'] }, STRICT))).toMatchObject({
      code: 'unknown-column',
    });
  });

  it('files have the same arrays', async () => {
    const files = [
      dataFile('a.npz', archive({ 'x.npy': images, 'y.npy': labels }, 6)),
      dataFile('b.npz', archive({ 'y.npy': labels, 'x.npy': images }, 0)),
      dataFile('c.npz', archive({ 'x.npy': images }, 0)),
    ];
    expect(await refusal(readFiles(npzSource, files))).toMatchObject({
      code: 'unknown-column',
      message: 'c.npz: The data have no column "y"',
    });
    const { values } = await readFiles(npzSource, files, {}, skipping());
    expect(values.map((row) => row[4])).toEqual([0, 1, 0, 1]);
  });

  it('an archive that unpacks to more than memory should hold is refused before it is', async () => {
    const bomb = archive({ 'x.npy': new Uint8Array(2 ** 20) }, 6);
    const view = new DataView(bomb.buffer);
    const entry = Buffer.from(bomb).indexOf('PK\x01\x02', 'latin1');
    view.setUint32(entry + 24, 2 ** 30, true);
    const started = processorMs();
    expect(await refusal(npzSource.open([dataFile('x.npz', bomb)], {}, STRICT))).toMatchObject({
      kind: 'unsupported',
      code: 'too-large',
    });
    view.setUint32(entry + 24, 2 ** 28, true);
    expect((await refusal(npzSource.open([dataFile('x.npz', bomb)], {}, STRICT))).message).toContain(
      'member "x.npy" cannot have 268435456 bytes',
    );
    expect(processorMs() - started).toBeLessThan(1000);
  });
});

it('damaged files are read or refused', async () => {
  const random = createRandom(1, 'damaged arrays');
  const kinds = [
    [npySource, images],
    [npySource, npy('<U2', [2], new Uint8Array(16))],
    [npzSource, archive({ 'x.npy': images, 'y.npy': labels }, 0)],
    [npzSource, archive({ 'x.npy': images, 'y.npy': labels }, 6)],
  ] as const;
  let refused = 0;
  for (let i = 0; i < 2000; i++) {
    const [source, original] = kinds[i % kinds.length];
    const file = dataFile('x', mutated(original, 140, random));
    try {
      await readFiles(source as typeof npzSource, [file]);
    } catch (error) {
      if (!(error instanceof TinymlError) || error.kind === 'internal') throw error;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(500);
});
