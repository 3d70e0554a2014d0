/** NumPy's `.npy` files as arrays in memory: little-endian numbers and booleans, in C order whatever the file's order is. */

import { inputError, type TinymlError } from '../../core/errors.ts';
import { bytesInMemory } from '../../core/random-access.ts';
import { bytesOf, elementCount, formatShape, type Shape } from '../../core/tensor.ts';
import {
  allocateNpy,
  damagedNpy,
  type NpyData,
  type NpyDataByDType,
  type NpyDType,
  npyPrologue,
  readNpyLayout,
} from './npy-layout.ts';

/** Elements in C order (row-major). Narrows by `dtype`. */
export type NpyArray = {
  readonly [D in NpyDType]: { readonly dtype: D; readonly shape: Shape; readonly data: NpyDataByDType[D] };
}[NpyDType];

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

/** Booleans are 0 or 1; `dataOffset` is where `data` begins in the file. */
export function checkBooleans(dtype: NpyDType, data: NpyData, dataOffset: number): void {
  if (dtype !== 'bool') return;
  const wrong = (data as Uint8Array).findIndex((value) => value > 1);
  if (wrong >= 0) throw damagedNpy('a boolean is neither 0 nor 1', dataOffset + wrong);
}

/** The array of a `.npy` file; throws `bad-npy` (input) and `npy-…` (unsupported). */
export function readNpy(bytes: Uint8Array): NpyArray {
  const { dtype, shape, fortranOrder, dataOffset, count } = readNpyLayout(bytesInMemory(bytes));
  const stored = allocateNpy(dtype, count);
  bytesOf(stored).set(bytes.subarray(dataOffset));
  checkBooleans(dtype, stored, dataOffset);
  const data = fortranOrder ? toRowMajor(shape, stored, allocateNpy(dtype, count)) : stored;
  return { dtype, shape, data } as NpyArray;
}

/** For a finite number that float32 cannot hold; `index` counts the elements of the whole array. */
export function outOfRange(value: number, index: number): TinymlError {
  return inputError(
    'npy-range',
    `Element ${index} of the .npy file is ${value}, beyond the range of float32.`,
  );
}

/** Any numeric array, rounded to float32; a finite number beyond float32 throws `npy-range`. */
export function readNpyFloat32(bytes: Uint8Array): { readonly shape: Shape; readonly data: Float32Array } {
  const { dtype, shape, data } = readNpy(bytes);
  if (dtype === 'float32') return { shape, data };
  const narrow = dtype === 'int64' ? Float32Array.from(data, Number) : Float32Array.from(data);
  if (dtype === 'float64') {
    const lost = narrow.findIndex((value, index) => !Number.isFinite(value) && Number.isFinite(data[index]));
    if (lost >= 0) throw outOfRange(data[lost], lost);
  }
  return { shape, data: narrow };
}

/** A format 1.0 file, byte for byte as `numpy.save` writes a C-ordered array. */
export function writeNpy<D extends NpyDType>(dtype: D, shape: Shape, data: NpyDataByDType[D]): Uint8Array {
  if (data.length !== elementCount(shape)) {
    throw new Error(`${data.length} elements cannot have shape ${formatShape(shape)}`);
  }
  const prologue = npyPrologue(dtype, shape);
  const bytes = new Uint8Array(prologue.length + data.byteLength);
  bytes.set(prologue);
  bytes.set(bytesOf(data), prologue.length);
  return bytes;
}
