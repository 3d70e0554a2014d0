/** The tensors of a file as values: type, quantization, and the elements of constants. */

import { Encoding } from 'flatbuffers';
import { inputError, unsupportedError, withErrorContext } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { perAxis, perTensor, type QuantParams } from '../../core/quant-params.ts';
import {
  type DType,
  dataFromBytes,
  elementCount,
  formatShape,
  type Shape,
  sameShape,
  storedBytes,
  type TensorData,
  type TensorType,
  tensorBytes,
} from '../../core/tensor.ts';
import type { Value } from '../../ir/graph.ts';
import { openShapeHint } from '../../ir/open-shape.ts';
import type { OutlineQuantization } from '../../ir/outline.ts';
import { type Allowance, boundedNumbers, boundedText } from '../allowance.ts';
import { widenFloat16 } from '../float16.ts';
import {
  Buffer as FileBuffer,
  TensorType as FileType,
  type Model,
  QuantizationDetails,
  type QuantizationParameters,
  type SubGraph,
  type Tensor,
} from './generated/tflite_generated.ts';
import { unpackInt4 } from './packed-int4.ts';

/** A value knows whether the file named it. */
export interface FileTensor extends Value {
  readonly named: boolean;
  /** It stands for a variable, which a VAR_HANDLE names. */
  readonly isHandle?: true;
}

export interface FileTensors {
  readonly tensors: readonly FileTensor[];
  /** Bytes of the constants, those of shared buffers counted once. */
  readonly constantBytes: number;
}

const DTYPES: Partial<Record<FileType, DType>> = {
  [FileType.FLOAT32]: 'float32',
  [FileType.INT8]: 'int8',
  [FileType.INT4]: 'int4',
  [FileType.UINT8]: 'uint8',
  [FileType.INT16]: 'int16',
  [FileType.INT32]: 'int32',
  [FileType.INT64]: 'int64',
  [FileType.BOOL]: 'bool',
};

/** The element type in the file's own numbering. */
export function fileTypeOf(dtype: DType): FileType {
  for (const [code, known] of Object.entries(DTYPES)) if (known === dtype) return Number(code);
  throw new Error(`${dtype} is not in the table`);
}

/** What the quantized values of a type may be, and so its zero point. */
const ZERO_POINT_LIMITS: Readonly<Record<DType, readonly [number, number]>> = {
  float32: [0, 0],
  int8: [-128, 127],
  int4: [-8, 7],
  uint8: [0, 255],
  int16: [-32768, 32767],
  int32: [-2147483648, 2147483647],
  int64: [-2147483648, 2147483647],
  bool: [0, 0],
};

const MAX_RANK = 8;

export function corrupt(detail: string): Error {
  return inputError('corrupt-tflite', detail, 'The file is damaged; get or make it again.');
}

function unsupportedQuantization(detail: string): Error {
  return unsupportedError('unsupported-quantization', detail);
}

function readShape(tensor: Tensor, allowance: Allowance): Shape {
  const rank = tensor.shapeLength();
  if (rank > MAX_RANK) {
    throw unsupportedError('unsupported-shape', `has ${rank} dimensions; at most ${MAX_RANK} are supported`);
  }
  const shape = boundedNumbers(rank, (axis) => tensor.shape(axis), allowance);
  // Of no size are tensors between the steps of an operator, which stand for their scales alone.
  if (!sameShape(shape, [0]) && !shape.every((dimension) => dimension > 0)) {
    throw unsupportedError(
      'dynamic-shape',
      `has shape ${formatShape(shape)}; every dimension must be known and positive`,
      openShapeHint(shape),
    );
  }
  return shape;
}

/** The axis the scales belong to. TOCO left the axis of the weights in their biases, which TFLM never looks at. */
function readAxis(scales: number, shape: Shape, axis: number): number {
  if (shape[axis] === scales) return axis;
  if (shape.length === 1 && shape[0] === scales) return 0;
  throw unsupportedQuantization(
    `has ${counted(scales, 'scale')} along axis ${axis} of shape ${formatShape(shape)}`,
  );
}

function checkScales(scales: readonly number[]): void {
  const bad = scales.find((scale) => !(scale >= 0 && scale < Infinity));
  if (bad === undefined) return;
  if (bad < 0) throw corrupt(`has the scale ${bad}`);
  throw inputError(
    'scale-not-finite',
    `has the scale ${bad}: its values were not finite when the file was made, because the training of the model diverged`,
    'Train the model again, with a smaller learning rate or inputs of smaller range, and convert that.',
  );
}

/** The parameters of a tensor; a zero point may stand for many scales. Throws where there is no sense in them. */
export function quantParams(
  { scales, zeroPoints, axis }: OutlineQuantization,
  dtype: DType,
  shape: Shape,
): QuantParams {
  checkScales(scales);
  if (scales.length === 1) {
    const [least, most] = ZERO_POINT_LIMITS[dtype];
    if (zeroPoints[0] < least || zeroPoints[0] > most) {
      throw unsupportedQuantization(`has the zero point ${zeroPoints[0]}, which no ${dtype} can be`);
    }
    return perTensor(scales[0], zeroPoints[0]);
  }
  if (zeroPoints.length !== 1 && zeroPoints.length !== scales.length) {
    throw corrupt(`has ${counted(scales.length, 'scale')} and ${counted(zeroPoints.length, 'zero point')}`);
  }
  if (zeroPoints.some((zeroPoint) => zeroPoint !== 0)) {
    throw unsupportedQuantization('has several scales and zero points other than 0');
  }
  return perAxis(readAxis(scales.length, shape, axis), scales);
}

/** TFLM counts a quantization only if both vectors are there. */
function readQuant(
  params: QuantizationParameters | null,
  dtype: DType,
  shape: Shape,
  allowance: Allowance,
): QuantParams | undefined {
  if (params === null) return undefined;
  if (params.detailsType() !== QuantizationDetails.NONE) {
    throw unsupportedQuantization('is quantized in blocks or in a way of its own');
  }
  const zeroPointCount = params.zeroPointLength();
  if (params.scaleLength() === 0 || zeroPointCount === 0) return undefined;
  const scales = boundedNumbers(params.scaleLength(), (index) => params.scale(index), allowance);
  const zeroPoints = boundedNumbers(
    zeroPointCount,
    (index) => Number(params.zeroPoint(index) ?? 0n),
    allowance,
  );
  return quantParams({ scales, zeroPoints, axis: params.quantizedDimension() }, dtype, shape);
}

function unsupportedType(type: FileType): Error {
  return unsupportedError(
    'unsupported-type',
    `holds ${FileType[type]?.toLowerCase() ?? `type ${type}`}, which tinyml does not compute`,
    'Convert the Keras or TensorFlow model again, in float32 or int8.',
  );
}

/** `widened`: float16 is taken for float32, as which its elements are read. */
function readType(tensor: Tensor, widened: boolean, allowance: Allowance): TensorType {
  const dtype = widened && tensor.type() === FileType.FLOAT16 ? 'float32' : DTYPES[tensor.type()];
  if (dtype === undefined) throw unsupportedType(tensor.type());
  const shape = readShape(tensor, allowance);
  const quant = readQuant(tensor.quantization(), dtype, shape, allowance);
  return quant === undefined ? { dtype, shape } : { dtype, shape, quant };
}

function refuseSpecial(tensor: Tensor): void {
  const special: readonly (readonly [boolean, string])[] = [
    [tensor.sparsity() !== null, 'is stored sparse'],
    [tensor.externalBuffer() !== 0, 'lies in another file'],
  ];
  for (const [is, what] of special) {
    if (is) throw unsupportedError('unsupported-tensor', `${what}, which tinyml does not read`);
  }
}

/** The elements of a constant, from its bytes in the file. */
export function elementsOf({ dtype, shape }: TensorType, bytes: Uint8Array): TensorData {
  return dtype === 'int4' ? unpackInt4(bytes, elementCount(shape)) : dataFromBytes(dtype, bytes);
}

/** Nobody reads one as what it is here. */
const HANDLE: TensorType = { dtype: 'int32', shape: [] };

class TensorReader {
  readonly #model: Model;
  readonly #allowance: Allowance;
  readonly #widens: boolean;
  /** Elements by place and type: tensors that share a buffer share one copy. */
  readonly #constants = new Map<string, TensorData>();
  readonly #usedBuffers = new Map<number, number>();

  constructor(model: Model, allowance: Allowance, widens: boolean) {
    this.#model = model;
    this.#widens = widens;
    this.#allowance = allowance;
  }

  get constantBytes(): number {
    return [...this.#usedBuffers.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** The bytes of a buffer, or undefined for an activation. */
  #bufferBytes(index: number): Uint8Array | undefined {
    if (index >= this.#model.buffersLength()) {
      throw corrupt(`names buffer ${index} of ${this.#model.buffersLength()}`);
    }
    const buffer = this.#model.buffers(index, new FileBuffer());
    if (buffer === null) return undefined;
    if (buffer.offset() !== 0n || buffer.size() !== 0n) {
      throw unsupportedError(
        'unsupported-tensor',
        'has its data behind the flatbuffer, where TFLM never looks',
      );
    }
    return buffer.dataArray() ?? undefined;
  }

  #constant(type: TensorType, bytes: Uint8Array, isFloat16: boolean): TensorData {
    const expected = isFloat16 ? tensorBytes(type) / 2 : storedBytes(type);
    if (bytes.length !== expected) {
      throw corrupt(
        `holds ${counted(bytes.length, 'byte')} of data, but ${type.dtype} ${formatShape(type.shape)} takes ${expected}`,
      );
    }
    this.#usedBuffers.set(bytes.byteOffset, bytes.length);
    const key = `${bytes.byteOffset} ${elementCount(type.shape)} ${isFloat16 ? 'float16' : type.dtype}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    this.#allowance.spendTensorBytes(tensorBytes(type));
    const data = isFloat16 ? widenFloat16(bytes) : elementsOf(type, bytes);
    this.#constants.set(key, data);
    return data;
  }

  /** Elements that the file may have for it count for nothing: TFLM gives it memory of its own, and resets that. */
  #variable(value: FileTensor): FileTensor {
    this.#allowance.spendTensorBytes(tensorBytes(value.type));
    return { ...value, state: {} };
  }

  read(tensor: Tensor, index: number): FileTensor {
    const fileName = boundedText(tensor.name(Encoding.UTF8_BYTES), this.#allowance);
    const name = fileName === '' ? `t${index}` : fileName;
    return withErrorContext(`tensor ${index} ("${name}")`, () => {
      refuseSpecial(tensor);
      if (tensor.type() === FileType.RESOURCE) {
        return { id: index, name, named: fileName !== '', type: HANDLE, isHandle: true };
      }
      const type = readType(tensor, this.#widens, this.#allowance);
      if (tensor.isVariable()) return this.#variable({ id: index, name, named: fileName !== '', type });
      const isFloat16 = this.#widens && tensor.type() === FileType.FLOAT16;
      const bytes = this.#bufferBytes(tensor.buffer());
      const value = { id: index, name, named: fileName !== '', type };
      if (bytes !== undefined && bytes.length > 0) {
        return { ...value, data: this.#constant(type, bytes, isFloat16) };
      }
      if (isFloat16) throw unsupportedType(FileType.FLOAT16);
      this.#allowance.spendTensorBytes(tensorBytes(type));
      return value;
    });
  }
}

/**
 * All tensors by their index, used or not: TFLM wants to know every one of them too. With `widens`, constants of float16
 * are read as float32.
 */
export function readTensors(
  model: Model,
  subgraph: SubGraph,
  allowance: Allowance,
  widens: boolean,
): FileTensors {
  const reader = new TensorReader(model, allowance, widens);
  const tensors = Array.from({ length: subgraph.tensorsLength() }, (_, index) => {
    const tensor = subgraph.tensors(index);
    if (tensor === null) throw corrupt(`tensor ${index} is missing`);
    return reader.read(tensor, index);
  });
  return { tensors, constantBytes: reader.constantBytes };
}
