/** Constants of TensorFlow: every way of storing one, as the types that graphs have. */

import { inputError, unsupportedError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import {
  allocate,
  type DType,
  elementCount,
  formatShape,
  type Shape,
  type TensorData,
} from '../../core/tensor.ts';
import { fromFloat16 } from '../float16.ts';
import type { Known } from '../lowering/graph-writer.ts';
import type { TensorProto } from './messages.ts';

/** How one type is stored, and what it becomes. */
interface Storage {
  readonly bytes: number;
  readonly dtype: DType;
  at(view: DataView, offset: number): number;
  /** Where the elements are listed instead. */
  list(tensor: TensorProto): readonly number[];
}

/** Sizes and indices: what is beyond int32 stands for "to the end". */
function saturated(value: number): number {
  return Math.min(2 ** 31 - 1, Math.max(-(2 ** 31), value));
}

function integers(bytes: number, dtype: DType, at: Storage['at']): Storage {
  return { bytes, dtype, at, list: ({ intValues }) => intValues };
}

/** bfloat16 is the upper half of a float32. */
function fromBfloat16(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0];
}

/** By `DataType` of types.proto. */
const STORAGES: Readonly<Record<number, Storage>> = {
  1: {
    bytes: 4,
    dtype: 'float32',
    at: (view, offset) => view.getFloat32(offset, true),
    list: ({ floatValues }) => floatValues,
  },
  2: {
    bytes: 8,
    dtype: 'float32',
    at: (view, offset) => view.getFloat64(offset, true),
    list: ({ doubleValues }) => doubleValues,
  },
  3: integers(4, 'int32', (view, offset) => view.getInt32(offset, true)),
  4: integers(1, 'uint8', (view, offset) => view.getUint8(offset)),
  5: integers(2, 'int16', (view, offset) => view.getInt16(offset, true)),
  6: integers(1, 'int8', (view, offset) => view.getInt8(offset)),
  9: {
    bytes: 8,
    dtype: 'int32',
    at: (view, offset) => saturated(Number(view.getBigInt64(offset, true))),
    list: ({ int64Values }) => int64Values.map(saturated),
  },
  10: {
    bytes: 1,
    dtype: 'bool',
    at: (view, offset) => Number(view.getUint8(offset) !== 0),
    list: ({ boolValues }) => boolValues.map(Number),
  },
  14: {
    bytes: 2,
    dtype: 'float32',
    at: (view, offset) => fromBfloat16(view.getUint16(offset, true)),
    list: ({ halfValues }) => halfValues.map(fromBfloat16),
  },
  17: integers(2, 'int32', (view, offset) => view.getUint16(offset, true)),
  19: {
    bytes: 2,
    dtype: 'float32',
    at: (view, offset) => fromFloat16(view.getUint16(offset, true)),
    list: ({ halfValues }) => halfValues.map(fromFloat16),
  },
  22: {
    bytes: 4,
    dtype: 'int32',
    at: (view, offset) => saturated(view.getUint32(offset, true)),
    list: ({ uint32Values }) => uint32Values.map(saturated),
  },
  23: {
    bytes: 8,
    dtype: 'int32',
    at: (view, offset) => saturated(Number(view.getBigUint64(offset, true))),
    list: ({ uint64Values }) => uint64Values.map(saturated),
  },
};

export const STRING_TYPE = 7;

function storageOf(dataType: number): Storage {
  // Values of reference variables count from 100 on.
  const storage = STORAGES[dataType > 100 ? dataType - 100 : dataType];
  if (storage !== undefined) return storage;
  throw unsupportedError(
    'unsupported-type',
    `tensors of TensorFlow's type ${dataType}${dataType === STRING_TYPE ? ' (string)' : ''} are not known to TensorFlow Lite Micro.`,
    'Save the model with float32 tensors, and what prepares text outside of it.',
  );
}

/** What tensors of that `DataType` are in a graph. */
export function dtypeOf(dataType: number): DType {
  return storageOf(dataType).dtype;
}

/** Little-endian elements of a `DataType`; `what` names the tensor in errors. May have no elements. */
export function tensorFromBytes(name: string, dataType: number, shape: Shape, content: Uint8Array): Known {
  const { bytes, dtype, at } = storageOf(dataType);
  const count = countOf(name, shape);
  if (content.length !== count * bytes) throw wrongLength(name, shape, content.length, count * bytes);
  const data = allocate(dtype, count);
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  for (let index = 0; index < count; index++) data[index] = at(view, index * bytes);
  return { name, type: { dtype, shape }, data };
}

function wrongLength(name: string, shape: Shape, given: number, expected: number): Error {
  return inputError(
    'tensorflow-tensor',
    `tensor "${name}" of shape ${formatShape(shape)} has ${counted(given, 'byte')} instead of ${expected}.`,
  );
}

/** A file of so many bytes may repeat one element over a tensor; more than this is no constant of a chip. */
const MOST_REPEATED = 2 ** 24;

function countOf(name: string, shape: Shape): number {
  const count = elementCount(shape);
  if (shape.every((size) => Number.isSafeInteger(size) && size >= 0) && Number.isSafeInteger(count))
    return count;
  throw inputError('tensorflow-tensor', `tensor "${name}" has shape ${formatShape(shape)}.`);
}

/** The last element of a list stands for all behind it; an empty list for zeros. */
function fromList(name: string, dtype: DType, shape: Shape, list: readonly number[]): TensorData {
  const count = countOf(name, shape);
  if (list.length > count) throw wrongLength(name, shape, list.length, count);
  if (count > list.length && count > MOST_REPEATED) {
    throw unsupportedError('model-too-large', `tensor "${name}" repeats one number ${count} times.`);
  }
  const data = allocate(dtype, count);
  const last = list.at(-1) ?? 0;
  for (let index = 0; index < count; index++) data[index] = list[index] ?? last;
  return data;
}

/** Errors end a sentence that begins with the node's name. May have no elements. */
export function readTensor(name: string, tensor: TensorProto): Known {
  const shape = (tensor.shape?.dimensions ?? []).map(({ size }) => size);
  const { dtype, list } = storageOf(tensor.dataType);
  if (tensor.content.length > 0) return tensorFromBytes(name, tensor.dataType, shape, tensor.content);
  return { name, type: { dtype, shape }, data: fromList(name, dtype, shape, list(tensor)) };
}
