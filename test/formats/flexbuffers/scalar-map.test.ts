import { encode, toObject } from 'flatbuffers/js/flexbuffers.js';
import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import {
  readScalarMap,
  type ScalarEntry,
  writeScalarMap,
} from '../../../src/formats/flexbuffers/scalar-map.ts';

const ENTRIES: readonly ScalarEntry[] = [
  { name: 'rows', value: 300 },
  { name: 'threshold', value: 0.625, isReal: true },
  { name: 'below', value: -7 },
  { name: 'regular', value: true },
];
const OBJECT = { rows: 300, threshold: 0.625, below: -7, regular: true };

describe('maps of numbers in FlexBuffers', () => {
  it('are read as another library writes them, in every width', () => {
    expect(Object.fromEntries(readScalarMap(encode(OBJECT)))).toEqual(OBJECT);
    const small = { a: 1, b: 250, c: false };
    expect(Object.fromEntries(readScalarMap(encode(small)))).toEqual(small);
    const large = { a: 2 ** 40, b: 0.1 };
    expect(Object.fromEntries(readScalarMap(encode(large)))).toEqual(large);
  });

  it('are written for other libraries', () => {
    const bytes = writeScalarMap(ENTRIES);
    expect(toObject(bytes.buffer as ArrayBuffer)).toEqual(OBJECT);
    expect(Object.fromEntries(readScalarMap(bytes))).toEqual(OBJECT);
    expect(readScalarMap(writeScalarMap([])).size).toBe(0);
  });

  it('end in a sentence where they are none', () => {
    const bytes = writeScalarMap(ENTRIES);
    const refused = (damaged: Uint8Array) => {
      try {
        readScalarMap(damaged);
      } catch (error) {
        expect(error).toBeInstanceOf(TinymlError);
        return true;
      }
      return false;
    };
    for (let length = 0; length < 4; length++) expect(refused(bytes.subarray(0, length))).toBe(true);
    expect(refused(encode([1, 2, 3]))).toBe(true);
    expect(refused(encode({ text: 'no number' }))).toBe(true);
    for (let at = 0; at < bytes.length; at++) {
      for (const value of [0, 1, 0x7f, 0x80, 0xff]) refused(bytes.with(at, value));
    }
  });
});
