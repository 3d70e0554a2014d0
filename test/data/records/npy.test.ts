import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { readNpy, readNpyFloat32, writeNpy } from '../../../src/data/records/npy.ts';
import type { NpyData } from '../../../src/data/records/npy-layout.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';

/** A file around a header text, padded as the format asks. */
function npy(literal: string, data: ArrayLike<number>, version: 1 | 2 | 3 = 1): Uint8Array {
  const start = version === 1 ? 10 : 12;
  const header = `${literal.padEnd(Math.ceil((start + literal.length + 1) / 64) * 64 - start - 1)}\n`;
  const lengthField = [header.length & 255, header.length >> 8, 0, 0].slice(0, start - 8);
  const text = Array.from(header, (character) => character.charCodeAt(0));
  return Uint8Array.from([
    0x93,
    ...Buffer.from('NUMPY'),
    version,
    0,
    ...lengthField,
    ...text,
    ...Array.from(data),
  ]);
}

function header(descr: string, shape: string, order = 'False'): string {
  return `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
}

function refusal(bytes: Uint8Array, read: (bytes: Uint8Array) => unknown = readNpy): TinymlError {
  try {
    read(bytes);
  } catch (error) {
    if (error instanceof TinymlError) return error;
    throw error;
  }
  throw new Error('the file was accepted');
}

const ARRAYS = [
  ['float32', [2, 2], Float32Array.from([1.5, -0, Number.NaN, Number.POSITIVE_INFINITY])],
  ['float64', [3], Float64Array.from([Math.PI, 1e300, -0])],
  ['int8', [2, 1, 2], Int8Array.from([-128, -1, 0, 127])],
  ['uint8', [4], Uint8Array.from([0, 1, 128, 255])],
  ['int16', [1, 2], Int16Array.from([-32768, 32767])],
  ['int32', [], Int32Array.from([-2147483648])],
  ['int64', [2], BigInt64Array.from([-(2n ** 63n), 2n ** 63n - 1n])],
  ['bool', [3], Uint8Array.from([0, 1, 1])],
  ['float32', [0, 7], new Float32Array(0)],
] as const;

describe('writeNpy', () => {
  it('writes the bytes of numpy.save', () => {
    // numpy.save(file, numpy.array([[1, 2, 3], [4, 5, 6]], dtype='<i2')), NumPy 2
    const literal = "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), }";
    const expected = `\x93NUMPY\x01\0v\0${literal}${' '.repeat(58)}\n\x01\0\x02\0\x03\0\x04\0\x05\0\x06\0`;
    const bytes = writeNpy('int16', [2, 3], Int16Array.from([1, 2, 3, 4, 5, 6]));
    expect(Buffer.from(bytes).toString('latin1')).toBe(expected);
  });

  it.each(ARRAYS)('%s %j is read back', (dtype, shape, data) => {
    const bytes = writeNpy<typeof dtype>(dtype, shape, data);
    expect((bytes.length - data.byteLength) % 64).toBe(0);
    expect(readNpy(bytes)).toEqual({ dtype, shape, data });
  });

  it('refuses a shape of another size', () => {
    expect(() => writeNpy('int8', [3], new Int8Array(2))).toThrow('2 elements cannot have shape [3]');
  });
});

describe('readNpy', () => {
  it.each([1, 2, 3] as const)('reads version %i', (version) => {
    const expected = { dtype: 'uint8', shape: [3], data: Uint8Array.from([7, 8, 9]) };
    expect(readNpy(npy(header('|u1', '(3,)'), [7, 8, 9], version))).toEqual(expected);
  });

  it.each([
    `{"shape": (3,), "fortran_order": False, "descr": "|u1"}`,
    `{'descr':'<u1','fortran_order':False,'shape':(3,)}`,
    `{'descr': '|u1', 'fortran_order': False, 'shape': (3L,), }`,
    `{'descr': '|u1', 'fortran_order': True, 'shape': ( 3 , ) , }`,
  ])('reads the header %s', (literal) => {
    expect(readNpy(npy(literal, [7, 8, 9]))).toEqual({
      dtype: 'uint8',
      shape: [3],
      data: Uint8Array.from([7, 8, 9]),
    });
  });

  it('does not need aligned bytes, and copies them', () => {
    const file = writeNpy('float64', [2], Float64Array.from([0.1, 0.2]));
    const shifted = new Uint8Array(file.length + 1);
    shifted.set(file, 1);
    const { data } = readNpy(shifted.subarray(1));
    shifted.fill(0);
    expect(data).toEqual(Float64Array.from([0.1, 0.2]));
  });

  it('turns Fortran order into C order', () => {
    const element = (i: number, j: number, k: number): number => 100 * i + 10 * j + k;
    const stored: number[] = [];
    for (let k = 0; k < 4; k++)
      for (let j = 0; j < 3; j++) for (let i = 0; i < 2; i++) stored.push(element(i, j, k));
    const expected: number[] = [];
    for (let i = 0; i < 2; i++)
      for (let j = 0; j < 3; j++) for (let k = 0; k < 4; k++) expected.push(element(i, j, k));
    const { shape, data } = readNpy(npy(header('|u1', '(2, 3, 4)', 'True'), stored));
    expect(shape).toEqual([2, 3, 4]);
    expect(data).toEqual(Uint8Array.from(expected));
  });

  it('reads an empty array beside a huge dimension', () => {
    const { shape, data } = readNpy(
      npy(header('<f4', '(9007199254740991, 0, 9007199254740991)', 'True'), []),
    );
    expect(shape).toEqual([9007199254740991, 0, 9007199254740991]);
    expect(data.length).toBe(0);
  });

  const clip = sharedPath('data', 'ad_toycar_clip.npy');
  it.skipIf(clip === undefined)(
    `reads a file that NumPy wrote${clip === undefined ? `: ${NO_SHARED}` : ''}`,
    () => {
      const file = readFileSync(clip as string);
      const { shape, data } = readNpyFloat32(file);
      expect(shape).toEqual([200, 128]);
      expect(data.reduce((a, b) => Math.min(a, b))).toBeCloseTo(-66.89894, 5);
      expect(data.reduce((a, b) => Math.max(a, b))).toBeCloseTo(2.05381, 5);
      expect(readNpy(writeNpy('float32', shape, data)).data).toEqual(data);
    },
  );
});

describe('readNpy refuses', () => {
  const good = npy(header('<i2', '(2,)'), [1, 0, 2, 0]);

  it.each([0, 3, 5, 6, 9, 10, 60, 127, 128, 131])('a file cut to %i bytes', (length) => {
    const error = refusal(good.subarray(0, length));
    expect(error).toMatchObject({ kind: 'input', code: 'bad-npy' });
    expect(error.message).toContain(`at byte ${length}.`);
  });

  it('another mark', () => {
    expect(refusal(Uint8Array.from(good, (byte, index) => (index === 3 ? 0 : byte)))).toMatchObject({
      kind: 'input',
      code: 'bad-npy',
    });
  });

  it.each([
    ["('descr', '<i2')", 'its dictionary at byte 10'],
    ['{}', 'one of descr, fortran_order and shape at byte 64'],
    ["{'descr': '<i2', 'fortran_order': False}", 'one of descr, fortran_order and shape'],
    ["{'descr': '<i2', 'fortran_order': 0, 'shape': (2,)}", 'True or False for the order at byte 44'],
    ["{'descr': '<i2', 'descr': '<i2', 'fortran_order': False, 'shape': (2,)}", 'a key too many at byte 27'],
    ["{'descr': '<i2', 'fortran_order': False, 'shape': (2,), 'x': 1}", 'a key too many'],
    ["{'descr': '<i2' 'fortran_order': False, 'shape': (2,)}", 'a comma'],
    ["{'descr': 2, 'fortran_order': False, 'shape': (2,)}", 'the type'],
    [`${header('<i2', '(2,)')} x`, 'its end'],
    [header('<i2', '2'), 'a tuple for the shape'],
    [header('<i2', '(2)'), 'a number instead of a tuple'],
    [header('<i2', '(2 1)'), 'a comma in the shape'],
    [header('<i2', '(,2)'), 'a dimension'],
    [header('<i2', '(-2,)'), 'a dimension'],
    [header('<i2', '(2.0,)'), 'a comma in the shape'],
    [header('<i2', '(99999999999999999999,)'), 'a dimension is too large'],
    [header('<i2', '(2,'), 'a dimension'],
  ])('the header %s', (literal, why) => {
    const error = refusal(npy(literal, [1, 0, 2, 0]));
    expect(error).toMatchObject({ kind: 'input', code: 'bad-npy' });
    expect(error.message).toContain(why);
  });

  it.each(['(3,)', '(1073741824, 1073741824)', '(9007199254740991, 9007199254740991)', '(1,)', '(0,)', '()'])(
    'shape %s for two elements',
    (shape) => {
      const error = refusal(npy(header('<i2', shape), [1, 0, 2, 0]));
      expect(error).toMatchObject({ kind: 'input', code: 'bad-npy' });
      expect(error.message).toMatch(/at byte \d+\.$/);
    },
  );

  it('a boolean that is neither 0 nor 1', () => {
    expect(refusal(npy(header('|b1', '(2,)'), [1, 2])).message).toContain('neither 0 nor 1 at byte 129.');
  });

  it.each(['>i2', '<u2', '<f2', '<c8', '|O', '<U4', '<M8[ns]', '|i2x', ''])(
    'elements of type %s',
    (descr) => {
      expect(refusal(npy(header(descr, '(2,)'), [1, 0, 2, 0]))).toMatchObject({
        kind: 'unsupported',
        code: 'npy-dtype',
      });
    },
  );

  it('structured elements, other versions, many dimensions and huge headers', () => {
    const structured = "{'descr': [('a', '<i2')], 'fortran_order': False, 'shape': (2,), }";
    expect(refusal(npy(structured, [1, 0, 2, 0]))).toMatchObject({ kind: 'unsupported', code: 'npy-dtype' });
    const version4 = Uint8Array.from(good, (byte, index) => (index === 6 ? 4 : byte));
    expect(refusal(version4)).toMatchObject({ kind: 'unsupported', code: 'npy-version' });
    const rank33 = npy(header('|u1', `(${'1, '.repeat(33)})`), [1]);
    expect(refusal(rank33)).toMatchObject({ kind: 'unsupported', code: 'npy-rank' });
    const huge = npy(header('|u1', '(1,)').padEnd(70000), [1], 2);
    huge[10] = 1;
    expect(refusal(huge)).toMatchObject({ kind: 'unsupported', code: 'npy-header' });
  });

  it('nothing but with a sentence, whatever is changed', () => {
    const random = createRandom(11, 'npy mutations');
    const data = Float32Array.from({ length: 6 }, (_, index) => index);
    const sources = [
      writeNpy('float32', [2, 3], data),
      npy(header('<f4', '(2, 3)', 'True'), Buffer.from(data.buffer), 2),
      npy(header('|b1', '(4,)'), [0, 1, 0, 1], 3),
    ];
    const counts = { accepted: 0, input: 0, unsupported: 0 };
    for (let round = 0; round < 2000; round++) {
      const source = sources[round % sources.length];
      const bytes = source.slice(0, random.below(8) === 0 ? random.below(source.length) : source.length);
      for (let change = random.below(3); change >= 0; change--) {
        // Mostly the part with meaning: magic, lengths and the dictionary.
        const position = random.below(Math.min(bytes.length, random.below(4) === 0 ? bytes.length : 80));
        bytes[position] = random.below(2) === 0 ? random.below(256) : bytes[random.below(bytes.length)];
      }
      try {
        const { shape, data }: { shape: readonly number[]; data: NpyData } = readNpy(bytes);
        expect(shape.reduce((a, b) => a * b, 1)).toBe(data.length);
        counts.accepted++;
      } catch (error) {
        if (!(error instanceof TinymlError)) throw error;
        expect(['input', 'unsupported']).toContain(error.kind);
        counts[error.kind as 'input' | 'unsupported']++;
      }
    }
    expect(counts.accepted).toBeGreaterThan(30);
    expect(counts.input).toBeGreaterThan(500);
    expect(counts.unsupported).toBeGreaterThan(50);
  });
});

describe('readNpyFloat32', () => {
  it.each([
    ['float64', Float64Array.from([0.1, Number.NaN, Number.NEGATIVE_INFINITY])],
    ['int8', Int8Array.from([-128, 0, 127])],
    ['int16', Int16Array.from([-32768, 0, 1])],
    ['int32', Int32Array.from([16777217, 0, 1])],
    ['int64', BigInt64Array.from([-(2n ** 63n), 0n, 3n])],
    ['uint8', Uint8Array.from([0, 1, 255])],
    ['bool', Uint8Array.from([0, 1, 1])],
  ] as const)('rounds %s to float32', (dtype, data) => {
    const { shape, data: narrow } = readNpyFloat32(writeNpy<typeof dtype>(dtype, [3, 1], data));
    expect(shape).toEqual([3, 1]);
    expect(narrow).toEqual(Float32Array.from(Array.from<number | bigint>(data), Number));
  });

  it('refuses a number beyond float32', () => {
    const error = refusal(writeNpy('float64', [2], Float64Array.from([1, 1e39])), readNpyFloat32);
    expect(error).toMatchObject({ kind: 'input', code: 'npy-range' });
    expect(error.message).toContain('Element 1 of the .npy file is 1e+39');
  });
});
