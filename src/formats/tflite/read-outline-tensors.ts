/** The tensors of a subgraph by size and kind, as TensorFlow Lite Micro counts them; of elements only whether floats are finite. */

import { Encoding } from 'flatbuffers';
import { withErrorContext } from '../../core/errors.ts';
import { formatShape, type Shape } from '../../core/tensor.ts';
import type { OutlineQuantization, OutlineTensor } from '../../ir/outline.ts';
import { type Allowance, boundedNumbers, boundedText } from '../allowance.ts';
import {
  TensorType as FileType,
  type Model,
  type SubGraph,
  type Tensor,
} from './generated/tflite_generated.ts';
import { corrupt } from './read-tensors.ts';

/** TfLiteTypeSizeOf (90b983c2). */
const ELEMENT_BYTES: Partial<Record<FileType, number>> = {
  [FileType.FLOAT32]: 4,
  [FileType.FLOAT16]: 2,
  [FileType.INT32]: 4,
  [FileType.UINT8]: 1,
  [FileType.INT64]: 8,
  [FileType.BOOL]: 1,
  [FileType.INT16]: 2,
  [FileType.COMPLEX64]: 8,
  [FileType.INT8]: 1,
  [FileType.FLOAT64]: 8,
  [FileType.COMPLEX128]: 16,
  [FileType.UINT64]: 8,
  [FileType.RESOURCE]: 4,
  [FileType.UINT32]: 4,
  [FileType.UINT16]: 2,
  [FileType.INT4]: 1,
  [FileType.BFLOAT16]: 2,
};

function readShape(tensor: Tensor, allowance: Allowance): Shape {
  return boundedNumbers(tensor.shapeLength(), (axis) => tensor.shape(axis), allowance);
}

/** How many bytes TFLM gives the tensor, or why none. */
function sizeOf(type: FileType, shape: Shape): Pick<OutlineTensor, 'bytes' | 'unsized'> {
  if (shape.some((dimension) => dimension < 0)) {
    return { bytes: 0, unsized: `has shape ${formatShape(shape)}, and every dimension must be known` };
  }
  const elementBytes = ELEMENT_BYTES[type];
  if (elementBytes === undefined) {
    return { bytes: 0, unsized: `holds ${typeName(type)}, for which TensorFlow Lite Micro has no size` };
  }
  return { bytes: shape.reduce((product, dimension) => product * dimension, elementBytes) };
}

function typeName(type: FileType): string {
  return FileType[type]?.toLowerCase() ?? `type ${type}`;
}

/** Counts only if both vectors are there, as in TFLM. */
function readQuantization(tensor: Tensor, allowance: Allowance): OutlineQuantization | undefined {
  const params = tensor.quantization();
  if (params === null || params.scaleLength() === 0 || params.zeroPointLength() === 0) return undefined;
  return {
    scales: boundedNumbers(params.scaleLength(), (at) => params.scale(at), allowance),
    zeroPoints: boundedNumbers(params.zeroPointLength(), (at) => Number(params.zeroPoint(at)), allowance),
    axis: params.quantizedDimension(),
  };
}

/** The bytes that the file has for a tensor; undefined where it has none. */
export function tensorData(model: Model, tensor: Tensor | null): Uint8Array | undefined {
  const index = tensor?.buffer() ?? 0;
  const data = index < model.buffersLength() ? model.buffers(index)?.dataArray() : undefined;
  return data == null || data.length === 0 ? undefined : data;
}

/** All exponent bits set: infinite, or not a number. */
const NON_FINITE: Partial<Record<FileType, { readonly bytes: number; readonly exponent: number }>> = {
  [FileType.FLOAT32]: { bytes: 4, exponent: 0x7f80_0000 },
  [FileType.FLOAT16]: { bytes: 2, exponent: 0x7c00 },
};

function hasNonFinite(type: FileType, data: Uint8Array | undefined): boolean {
  const format = NON_FINITE[type];
  if (data === undefined || format === undefined) return false;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const { bytes, exponent } = format;
  for (let at = 0; at + bytes <= data.length; at += bytes) {
    const bits = bytes === 4 ? view.getUint32(at, true) : view.getUint16(at, true);
    if ((bits & exponent) === exponent) return true;
  }
  return false;
}

const MOST_OF_48_BITS = 2n ** 47n;

function exceeds48Bits(type: FileType, data: Uint8Array | undefined): boolean {
  if (data === undefined || type !== FileType.INT64) return false;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  for (let at = 0; at + 8 <= data.length; at += 8) {
    const value = view.getBigInt64(at, true);
    if (value < -MOST_OF_48_BITS || value >= MOST_OF_48_BITS) return true;
  }
  return false;
}

/** A variable is one even where the file has data for it: TFLM gives it memory of its own. */
function storageOf(model: Model, tensor: Tensor): OutlineTensor['storage'] {
  const index = tensor.buffer();
  if (index >= model.buffersLength()) throw corrupt(`names buffer ${index} of ${model.buffersLength()}`);
  if (tensor.isVariable()) return 'variable';
  return (model.buffers(index)?.dataLength() ?? 0) > 0 ? 'constant' : 'activation';
}

function readTensor(model: Model, tensor: Tensor, name: string, allowance: Allowance): OutlineTensor {
  const type = tensor.type();
  const shape = readShape(tensor, allowance);
  const size = sizeOf(type, shape);
  allowance.spendTensorBytes(size.bytes);
  const quantization = readQuantization(tensor, allowance);
  const storage = storageOf(model, tensor);
  const data = storage === 'constant' ? tensorData(model, tensor)?.subarray(0, size.bytes) : undefined;
  return {
    name,
    dtype: typeName(type),
    shape,
    ...size,
    storage,
    ...(quantization === undefined ? {} : { quantization }),
    ...(hasNonFinite(type, data) ? { nonFinite: true } : {}),
    ...(exceeds48Bits(type, data) ? { beyond48Bits: true } : {}),
  };
}

/** All tensors by their index. */
export function readOutlineTensors(model: Model, subgraph: SubGraph, allowance: Allowance): OutlineTensor[] {
  return Array.from({ length: subgraph.tensorsLength() }, (_, index) => {
    const tensor = subgraph.tensors(index);
    if (tensor === null) throw corrupt(`tensor ${index} is missing`);
    const fileName = boundedText(tensor.name(Encoding.UTF8_BYTES), allowance);
    const name = fileName === '' ? `t${index}` : fileName;
    return withErrorContext(`tensor ${index} ("${name}")`, () => readTensor(model, tensor, name, allowance));
  });
}
