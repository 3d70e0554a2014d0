/**
 * NumPy's `.npy` files, formats 1 to 3: little-endian numbers and booleans, read in C order whatever the file's order is.
 * Source: the NumPy reference, "NPY format" (`numpy.lib.format`). Content is hostile until parsed.
 */

import { inputError, type TinymlError, unsupportedError } from '../core/errors.ts';
import {
  allocate,
  bytesOf,
  type DataByDType,
  elementCount,
  formatShape,
  type Shape,
} from '../core/tensor.ts';
import { type NpyHeader, parseNpyHeader } from './npy-header.ts';

/** The element types of `.npy` files: those of tensors, and double precision. */
export interface NpyDataByDType extends DataByDType {
  float64: Float64Array;
}
export type NpyDType = keyof NpyDataByDType;
export type NpyData = NpyDataByDType[NpyDType];

/** Elements in C order (row-major). Narrows by `dtype`. */
export type NpyArray = {
  readonly [D in NpyDType]: { readonly dtype: D; readonly shape: Shape; readonly data: NpyDataByDType[D] };
}[NpyDType];

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

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy's own limit of dimensions up to version 1. */
const MAX_RANK = 32;
/** NumPy gives room for the first dimension to grow to this many digits, and aligns the data. */
const GROWTH_DIGITS = 21;
const DATA_ALIGNMENT = 64;

function damaged(what: string, offset: number): TinymlError {
  return inputError(
    'bad-npy',
    `The .npy file is damaged: ${what} at byte ${offset}.`,
    'Write it again with numpy.save().',
  );
}

function dtypeOf(description: string): NpyDType {
  // A one-byte element has no byte order, so NumPy reads "<i1" like "|i1".
  const canonical = description.replace(/^[<=|](?=.1$)/, '|').replace(/^=/, '<');
  const dtype = DTYPES.find((candidate) => DESCRIPTIONS[candidate] === canonical);
  if (dtype !== undefined) return dtype;
  throw unsupportedError(
    'npy-dtype',
    `The .npy file has elements of type ${JSON.stringify(description.slice(0, 32))}, which tinyml does not read.`,
    'Convert it in NumPy with array.astype("<f4") or another little-endian type of at most 64 bits.',
  );
}

/** The header's text and where the elements begin. */
function splitFile(bytes: Uint8Array): { header: string; headerOffset: number; dataOffset: number } {
  if (bytes.length < 10) throw damaged('the file ends', bytes.length);
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) {
    throw inputError(
      'bad-npy',
      'The file does not start with the mark of a .npy file at byte 0.',
      'Write it with numpy.save().',
    );
  }
  const [major, minor] = [bytes[6], bytes[7]];
  if (major < 1 || major > 3 || minor !== 0) {
    throw unsupportedError(
      'npy-version',
      `The .npy file has format version ${major}.${minor}; tinyml reads 1.0, 2.0 and 3.0.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerOffset = major === 1 ? 10 : 12;
  if (bytes.length < headerOffset) throw damaged('the file ends', bytes.length);
  const headerBytes = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataOffset = headerOffset + headerBytes;
  if (dataOffset > bytes.length)
    throw damaged(`the header should have ${headerBytes} bytes, but the file ends`, bytes.length);
  if (headerBytes > 65535) {
    throw unsupportedError(
      'npy-header',
      `The .npy header has ${headerBytes} bytes; plain arrays need fewer than 65536.`,
    );
  }
  const header = Buffer.from(bytes.buffer, bytes.byteOffset + headerOffset, headerBytes).toString('latin1');
  return { header, headerOffset, dataOffset };
}

function allocateNpy(dtype: NpyDType, length: number): NpyData {
  return dtype === 'float64' ? new Float64Array(length) : allocate(dtype, length);
}

/** From Fortran order (the first index runs fastest) to C order. */
function toRowMajor<T extends NpyData>(shape: Shape, source: T, target: T): T {
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)));
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < target.length; to++) {
    target[to] = source[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return target;
}

/** Elements that the file must hold; refuses shapes that it cannot. */
function checkedCount(shape: Shape, elementBytes: number, available: number, dataOffset: number): number {
  if (shape.length > MAX_RANK) {
    throw unsupportedError(
      'npy-rank',
      `The .npy file has ${shape.length} dimensions; at most ${MAX_RANK} are read.`,
    );
  }
  // A 0 among the dimensions wins over the overflow of the others.
  const count = shape.includes(0) ? 0 : elementCount(shape);
  if (count * elementBytes > available) {
    throw damaged(
      `shape ${formatShape(shape)} needs ${count * elementBytes} bytes, but the file ends after ${available} of them,`,
      dataOffset + available,
    );
  }
  if (count * elementBytes < available) {
    throw damaged(
      `${available - count * elementBytes} bytes follow the array of shape ${formatShape(shape)}`,
      dataOffset + count * elementBytes,
    );
  }
  return count;
}

/** The array of a `.npy` file; throws `bad-npy` (input) and `npy-…` (unsupported). */
export function readNpy(bytes: Uint8Array): NpyArray {
  const { header, headerOffset, dataOffset } = splitFile(bytes);
  const { description, fortranOrder, shape }: NpyHeader = parseNpyHeader(header, (what, offset) =>
    damaged(what, headerOffset + offset),
  );
  const dtype = dtypeOf(description);
  const elementBytes = allocateNpy(dtype, 0).BYTES_PER_ELEMENT;
  const count = checkedCount(shape, elementBytes, bytes.length - dataOffset, dataOffset);
  const stored = allocateNpy(dtype, count);
  bytesOf(stored).set(bytes.subarray(dataOffset));
  if (dtype === 'bool') {
    const wrong = (stored as Uint8Array).findIndex((value) => value > 1);
    if (wrong >= 0) throw damaged('a boolean is neither 0 nor 1', dataOffset + wrong);
  }
  const data =
    fortranOrder && shape.length > 1 ? toRowMajor(shape, stored, allocateNpy(dtype, count)) : stored;
  return { dtype, shape, data } as NpyArray;
}

/** Any numeric array, rounded to float32; a finite number beyond float32 throws `npy-range`. */
export function readNpyFloat32(bytes: Uint8Array): { readonly shape: Shape; readonly data: Float32Array } {
  const { dtype, shape, data } = readNpy(bytes);
  if (dtype === 'float32') return { shape, data };
  const narrow = dtype === 'int64' ? Float32Array.from(data, Number) : Float32Array.from(data);
  if (dtype === 'float64') {
    const lost = narrow.findIndex((value, index) => !Number.isFinite(value) && Number.isFinite(data[index]));
    if (lost >= 0) {
      throw inputError(
        'npy-range',
        `Element ${lost} of the .npy file is ${data[lost]}, beyond the range of float32.`,
      );
    }
  }
  return { shape, data: narrow };
}

/** A format 1.0 file, byte for byte as `numpy.save` writes a C-ordered array. */
export function writeNpy<D extends NpyDType>(dtype: D, shape: Shape, data: NpyDataByDType[D]): Uint8Array {
  if (data.length !== elementCount(shape)) {
    throw new Error(`${data.length} elements cannot have shape ${formatShape(shape)}`);
  }
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const growth = shape.length === 0 ? 0 : GROWTH_DIGITS - String(shape[0]).length;
  const literal = `{'descr': '${DESCRIPTIONS[dtype]}', 'fortran_order': False, 'shape': ${tuple}, }${' '.repeat(growth)}`;
  const dataOffset = Math.ceil((10 + literal.length + 1) / DATA_ALIGNMENT) * DATA_ALIGNMENT;
  const bytes = new Uint8Array(dataOffset + data.byteLength);
  bytes.set(MAGIC);
  bytes[6] = 1;
  new DataView(bytes.buffer).setUint16(8, dataOffset - 10, true);
  bytes.set(Buffer.from(`${literal.padEnd(dataOffset - 11)}\n`, 'latin1'), 10);
  bytes.set(bytesOf(data), dataOffset);
  return bytes;
}
