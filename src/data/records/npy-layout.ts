/**
 * How a `.npy` file is laid out, formats 1 to 3: the element types, the header's place, where the elements begin.
 * Source: the NumPy reference, "NPY format" (`numpy.lib.format`). Reads the header's bytes alone; hostile until parsed.
 */

import { inputError, type TinymlError, unsupportedError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import type { RandomAccessBytes } from '../../core/random-access.ts';
import { allocate, type DataByDType, elementCount, formatShape, type Shape } from '../../core/tensor.ts';
import { type NpyHeader, parseNpyHeader } from './npy-header.ts';

/** The element types of `.npy` files: those of tensors, and double precision. */
export interface NpyDataByDType extends Omit<DataByDType, 'int4'> {
  float64: Float64Array;
}
/** Element types of `.npy` files, as NumPy names them. */
export type NpyDType = keyof NpyDataByDType;
export type NpyData = NpyDataByDType[NpyDType];

export interface NpyLayout {
  readonly dtype: NpyDType;
  readonly shape: Shape;
  /** The first index runs fastest, and there is more than one. */
  readonly fortranOrder: boolean;
  readonly dataOffset: number;
  /** Elements in all. */
  readonly count: number;
}

const DESCRIPTIONS: Readonly<Record<NpyDType, string>> = {
  float32: '<f4',
  float64: '<f8',
  int8: '|i1',
  uint8: '|u1',
  int16: '<i2',
  int32: '<i4',
  int64: '<i8',
  bool: '|b1',
};
const DTYPES = Object.keys(DESCRIPTIONS) as readonly NpyDType[];

/** What every `.npy` file begins with. */
export const NPY_MARK = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** Mark, version and the longest length field. */
const PREAMBLE_BYTES = 12;
const MAX_HEADER_BYTES = 65535;
/** NumPy's own limit of dimensions up to version 1. */
const MAX_RANK = 32;
/** NumPy gives room for the first dimension to grow to this many digits, and aligns the data. */
const GROWTH_DIGITS = 21;
const DATA_ALIGNMENT = 64;

export function damagedNpy(what: string, offset: number): TinymlError {
  return inputError(
    'bad-npy',
    `The .npy file is damaged: ${what} at byte ${offset}.`,
    'Write it again, or give the samples as .csv or .json, one per row.',
  );
}

export function allocateNpy<D extends NpyDType>(dtype: D, length: number): NpyDataByDType[D];
export function allocateNpy(dtype: NpyDType, length: number): NpyData {
  return dtype === 'float64' ? new Float64Array(length) : allocate(dtype, length);
}

function dtypeOf(description: string): NpyDType {
  // A one-byte element has no byte order, so NumPy reads "<i1" like "|i1".
  const canonical = description.replace(/^[<=|](?=.1$)/, '|').replace(/^=/, '<');
  const dtype = DTYPES.find((candidate) => DESCRIPTIONS[candidate] === canonical);
  if (dtype !== undefined) return dtype;
  throw unsupportedError(
    'npy-dtype',
    `The .npy file has elements of type ${JSON.stringify(description.slice(0, 32))}, which tinyml does not read.`,
    'Save it as float32 or another little-endian type of at most 64 bits, or give the samples as .csv or .json.',
  );
}

/** The header's text and where the elements begin. */
function readHeader(file: RandomAccessBytes): { header: string; headerOffset: number; dataOffset: number } {
  const preamble = new Uint8Array(Math.min(PREAMBLE_BYTES, file.length));
  file.readAt(0, preamble);
  if (file.length < 10) throw damagedNpy('the file ends', file.length);
  if (NPY_MARK.some((byte, index) => preamble[index] !== byte)) {
    throw inputError(
      'bad-npy',
      'The file does not start with the mark of a .npy file at byte 0.',
      'Give a .npy, .csv or .json file with one sample per row.',
    );
  }
  const [major, minor] = [preamble[6], preamble[7]];
  if (major < 1 || major > 3 || minor !== 0) {
    throw unsupportedError(
      'npy-version',
      `The .npy file has format version ${major}.${minor}; tinyml reads 1.0, 2.0 and 3.0.`,
    );
  }
  const headerOffset = major === 1 ? 10 : 12;
  if (file.length < headerOffset) throw damagedNpy('the file ends', file.length);
  const view = new DataView(preamble.buffer);
  const headerBytes = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataOffset = headerOffset + headerBytes;
  if (dataOffset > file.length)
    throw damagedNpy(
      `the header should have ${counted(headerBytes, 'byte')}, but the file ends`,
      file.length,
    );
  if (headerBytes > MAX_HEADER_BYTES) {
    throw unsupportedError(
      'npy-header',
      `The .npy header has ${counted(headerBytes, 'byte')}; plain arrays need fewer than ${MAX_HEADER_BYTES + 1}.`,
    );
  }
  const header = new Uint8Array(headerBytes);
  file.readAt(headerOffset, header);
  return { header: new TextDecoder('latin1').decode(header), headerOffset, dataOffset };
}

/** What the header says, before anybody knows whether elements of that type are read. */
export interface NpyHead extends NpyHeader {
  readonly dataOffset: number;
}

/** Throws `bad-npy` (input) and `npy-…` (unsupported). */
export function readNpyHead(file: RandomAccessBytes): NpyHead {
  const { header, headerOffset, dataOffset } = readHeader(file);
  const head = parseNpyHeader(header, (what, offset) => damagedNpy(what, headerOffset + offset));
  return { ...head, dataOffset };
}

/** Elements of a file; refuses shapes that its length is not that of. */
export function countElements(
  { shape, dataOffset }: Pick<NpyHead, 'shape' | 'dataOffset'>,
  elementBytes: number,
  fileBytes: number,
): number {
  const available = fileBytes - dataOffset;
  if (shape.length > MAX_RANK) {
    throw unsupportedError(
      'npy-rank',
      `The .npy file has ${shape.length} dimensions; at most ${MAX_RANK} are read.`,
    );
  }
  // A 0 among the dimensions wins over the overflow of the others.
  const count = shape.includes(0) ? 0 : elementCount(shape);
  if (count * elementBytes > available) {
    throw damagedNpy(
      `shape ${formatShape(shape)} needs ${counted(count * elementBytes, 'byte')}, but the file ends after ${available} of them,`,
      dataOffset + available,
    );
  }
  if (count * elementBytes < available) {
    throw damagedNpy(
      `${counted(available - count * elementBytes, 'byte')} follow the array of shape ${formatShape(shape)}`,
      dataOffset + count * elementBytes,
    );
  }
  return count;
}

/** Throws `bad-npy` (input) and `npy-…` (unsupported); the file's length is what the header says. */
export function readNpyLayout(file: RandomAccessBytes): NpyLayout {
  const { description, fortranOrder, shape, dataOffset } = readNpyHead(file);
  const dtype = dtypeOf(description);
  const { BYTES_PER_ELEMENT } = allocateNpy(dtype, 0);
  const count = countElements({ shape, dataOffset }, BYTES_PER_ELEMENT, file.length);
  return { dtype, shape, fortranOrder: fortranOrder && shape.length > 1, dataOffset, count };
}

/** What a format 1.0 file begins with, byte for byte as `numpy.save` writes it for a C-ordered array. */
export function npyPrologue(dtype: NpyDType, shape: Shape): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const growth = shape.length === 0 ? 0 : GROWTH_DIGITS - String(shape[0]).length;
  const literal = `{'descr': '${DESCRIPTIONS[dtype]}', 'fortran_order': False, 'shape': ${tuple}, }${' '.repeat(growth)}`;
  const dataOffset = Math.ceil((10 + literal.length + 1) / DATA_ALIGNMENT) * DATA_ALIGNMENT;
  const bytes = new Uint8Array(dataOffset);
  bytes.set(NPY_MARK);
  bytes[6] = 1;
  new DataView(bytes.buffer).setUint16(8, dataOffset - 10, true);
  bytes.set(new TextEncoder().encode(`${literal.padEnd(dataOffset - 11)}\n`), 10);
  return bytes;
}
