/** Constants of an ONNX file: every way of storing one, as the types that graphs have. */

import { inputError, unsupportedError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { allocate, type DType, elementCount, formatShape, type TensorData } from '../../core/tensor.ts';
import { fromFloat16 } from '../float16.ts';
import type { LoadBeside } from '../importer.ts';
import type { Known } from '../lowering/graph-writer.ts';
import type { TensorProto } from './messages.ts';

/** How one type is stored, and what it becomes. */
interface Storage {
  readonly name: string;
  readonly bytes: number;
  readonly dtype: DType;
  at(view: DataView, offset: number): number;
  /** Where the elements are listed instead. */
  list(tensor: TensorProto): readonly number[];
}

const INT32_LEAST = -(2 ** 31);
const INT32_MOST = 2 ** 31 - 1;

/** Sizes and indices: what is beyond int32 stands for "to the end". */
export function saturated(value: number): number {
  return Math.min(INT32_MOST, Math.max(INT32_LEAST, value));
}

function integers(name: string, bytes: number, dtype: DType, at: Storage['at']): Storage {
  return { name, bytes, dtype, at, list: ({ int32Data }) => int32Data };
}

/** By `TensorProto.DataType`. */
const STORAGES: Readonly<Record<number, Storage>> = {
  1: {
    name: 'float',
    bytes: 4,
    dtype: 'float32',
    at: (view, offset) => view.getFloat32(offset, true),
    list: ({ floatData }) => floatData,
  },
  2: integers('uint8', 1, 'uint8', (view, offset) => view.getUint8(offset)),
  3: integers('int8', 1, 'int8', (view, offset) => view.getInt8(offset)),
  4: integers('uint16', 2, 'int32', (view, offset) => view.getUint16(offset, true)),
  5: integers('int16', 2, 'int16', (view, offset) => view.getInt16(offset, true)),
  6: integers('int32', 4, 'int32', (view, offset) => view.getInt32(offset, true)),
  7: {
    name: 'int64',
    bytes: 8,
    dtype: 'int32',
    at: (view, offset) => saturated(Number(view.getBigInt64(offset, true))),
    list: ({ int64Data }) => int64Data.map(saturated),
  },
  9: integers('bool', 1, 'bool', (view, offset) => Number(view.getUint8(offset) !== 0)),
  10: {
    name: 'float16',
    bytes: 2,
    dtype: 'float32',
    at: (view, offset) => fromFloat16(view.getUint16(offset, true)),
    list: ({ int32Data }) => int32Data.map(fromFloat16),
  },
  11: {
    name: 'double',
    bytes: 8,
    dtype: 'float32',
    at: (view, offset) => view.getFloat64(offset, true),
    list: ({ doubleData }) => doubleData,
  },
  12: {
    name: 'uint32',
    bytes: 4,
    dtype: 'int32',
    at: (view, offset) => saturated(view.getUint32(offset, true)),
    list: ({ uint64Data }) => uint64Data.map(saturated),
  },
  13: {
    name: 'uint64',
    bytes: 8,
    dtype: 'int32',
    at: (view, offset) => saturated(Number(view.getBigUint64(offset, true))),
    list: ({ uint64Data }) => uint64Data.map(saturated),
  },
};

/** What tensors of that `TensorProto.DataType` are in a graph. */
export function dtypeOf(dataType: number): DType {
  const storage = STORAGES[dataType];
  if (storage !== undefined) return storage.dtype;
  throw unsupportedError(
    'unsupported-type',
    `tensors of ONNX type ${dataType} are not known to TensorFlow Lite Micro.`,
    'Export the model with float32 tensors.',
  );
}

const EXTERNAL = 1;

function externalBytes({ externalData }: TensorProto, expected: number, loadBeside: LoadBeside): Uint8Array {
  const entry = (key: string): string | undefined => externalData.find((one) => one.key === key)?.value;
  const location = entry('location');
  if (location === undefined) throw inputError('onnx-external', 'its external data has no location.');
  const content = loadBeside(location);
  const offset = Number(entry('offset') ?? 0);
  const length = Number(entry('length') ?? content.length - offset);
  const fits = [offset, length].every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!fits || offset + length > content.length || length !== expected) {
    throw inputError(
      'onnx-external',
      `its data should be ${counted(expected, 'byte')} from ${offset} of ${location}, which has ${content.length}.`,
    );
  }
  return content.subarray(offset, offset + length);
}

function fromBytes({ bytes, dtype, at }: Storage, content: Uint8Array, count: number): TensorData {
  const data = allocate(dtype, count);
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  for (let index = 0; index < count; index++) data[index] = at(view, index * bytes);
  return data;
}

/** Errors end a sentence that begins with the tensor's name. May have no elements. */
export function readTensor(tensor: TensorProto, loadBeside: LoadBeside): Known {
  const { name, dims: shape, dataType } = tensor;
  const dtype = dtypeOf(dataType);
  const storage = STORAGES[dataType];
  const count = elementCount(shape);
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0) || !Number.isSafeInteger(count)) {
    throw inputError('onnx-shape', `tensor "${name}" has shape ${formatShape(shape)}.`);
  }
  const expected = count * storage.bytes;
  const content =
    tensor.dataLocation === EXTERNAL ? externalBytes(tensor, expected, loadBeside) : tensor.rawData;
  const list = storage.list(tensor);
  const given = content === undefined ? list.length * storage.bytes : content.length;
  if (given !== expected) {
    throw inputError(
      'onnx-tensor',
      `tensor "${name}" of shape ${formatShape(shape)} has ${counted(given, 'byte')} instead of ${expected}.`,
    );
  }
  if (content !== undefined)
    return { name, type: { dtype, shape }, data: fromBytes(storage, content, count) };
  const data = allocate(dtype, count);
  for (let index = 0; index < count; index++) data[index] = list[index];
  return { name, type: { dtype, shape }, data };
}
