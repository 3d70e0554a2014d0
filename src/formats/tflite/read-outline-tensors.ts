/** The tensors of a subgraph by size and kind, as TensorFlow Lite Micro counts them; elements are never looked at. */

import { Encoding } from 'flatbuffers';
import { withErrorContext } from '../../core/errors.ts';
import { formatShape, type Shape } from '../../core/tensor.ts';
import type { OutlineQuantization, OutlineTensor } from '../../ir/outline.ts';
import { type Allowance, boundedNumbers, boundedText } from './allowance.ts';
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
  return {
    name,
    dtype: typeName(type),
    shape,
    ...size,
    storage: storageOf(model, tensor),
    ...(quantization === undefined ? {} : { quantization }),
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
