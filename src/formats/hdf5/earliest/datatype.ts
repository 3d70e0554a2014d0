/** Types of elements (HDF5 File Format Specification 3.0, IV.A.2.d). */

import type { FileBytes } from './file-bytes.ts';

/** How many bytes an element takes, and numbers made of bytes that nobody else holds. */
export interface NumberType {
  readonly bytes: number;
  read(data: ArrayBuffer): Float32Array;
}

const float32: NumberType = { bytes: 4, read: (data) => new Float32Array(data) };

/** Classes and versions, bits, size, and where in it sign, exponent and mantissa lie: IEEE 754, little-endian. */
const FLOAT32 = [0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0];
const FLOAT64 = [0x11, 0x20, 63, 0, 8, 0, 0, 0, 0, 0, 64, 0, 52, 11, 0, 52, 0xff, 3, 0, 0];

type Numbers = ArrayLike<number | bigint>;

function rounded(bytes: number, numbers: (data: ArrayBuffer) => Numbers): NumberType {
  return { bytes, read: (data) => Float32Array.from(numbers(data), Number) };
}

function integer(bytes: number, isSigned: boolean): readonly number[] {
  return [0x10, isSigned ? 8 : 0, 0, 0, bytes, 0, 0, 0, 0, 0, 8 * bytes, 0];
}

const NUMBERS: readonly (readonly [type: readonly number[], numbers: NumberType])[] = [
  [FLOAT32, float32],
  [FLOAT64, rounded(8, (data) => new Float64Array(data))],
  [integer(1, true), rounded(1, (data) => new Int8Array(data))],
  [integer(1, false), rounded(1, (data) => new Uint8Array(data))],
  [integer(2, true), rounded(2, (data) => new Int16Array(data))],
  [integer(2, false), rounded(2, (data) => new Uint16Array(data))],
  [integer(4, true), rounded(4, (data) => new Int32Array(data))],
  [integer(4, false), rounded(4, (data) => new Uint32Array(data))],
  [integer(8, true), rounded(8, (data) => new BigInt64Array(data))],
  [integer(8, false), rounded(8, (data) => new BigUint64Array(data))],
];

/** Undefined for all other types, and for those that do not fit into `size` bytes. */
export function readNumberType(file: FileBytes, at: number, size: number): NumberType | undefined {
  return NUMBERS.find(([type]) => type.length <= size && file.has(at, type))?.[1];
}

/** Strings of a fixed length, or each in a heap. */
export interface TextType {
  /** Of each; absent for those in a heap. */
  readonly bytes?: number;
  /** Rather than UTF-8. */
  readonly isAscii: boolean;
}

const TEXT = 0x13;
/** Class and version, bits and size, behind which a string of a fixed length has nothing. */
const TEXT_BYTES = 8;
const VARIABLE = 0x19;
/** Of the bits of a type with a variable length: a string, not a sequence. */
const IS_STRING = 1;
/** A set of letters; the other is ASCII. */
const UTF8 = 1;
/** Behind its bits: 16 bytes for a length and a place in the heap, and what a string is made of. */
const STRING_OF_BYTES = [0, 16, 0, 0, 0, ...integer(1, false)];

/** Undefined for all other types, and for those that do not fit into `size` bytes. */
export function readTextType(file: FileBytes, at: number, size: number): TextType | undefined {
  if (size < TEXT_BYTES) return undefined;
  const [type, bits, more] = [file.u8(at), file.u8(at + 1), file.u8(at + 2)];
  if (type === TEXT) return { bytes: file.u32(at + 4), isAscii: bits >> 4 !== UTF8 };
  const isString =
    type === VARIABLE &&
    (bits & 0x0f) === IS_STRING &&
    more <= UTF8 &&
    size >= 3 + STRING_OF_BYTES.length &&
    file.has(at + 3, STRING_OF_BYTES);
  return isString ? { isAscii: more !== UTF8 } : undefined;
}
