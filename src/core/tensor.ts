/** Element types, shapes and the typed arrays that hold tensors (row-major, little-endian hosts). */

import type { PerTensorQuant, QuantParams } from './quant-params.ts';

export interface DataByDType {
  float32: Float32Array;
  int8: Int8Array;
  /** −8 to 7, each in a byte of its own; only a file holds two of them in one. */
  int4: Int8Array;
  uint8: Uint8Array;
  int16: Int16Array;
  int32: Int32Array;
  int64: BigInt64Array;
  bool: Uint8Array;
}

/** Element types, as `.tflite` names them. */
export type DType = keyof DataByDType;
/** What quantized activations are. */
export type QuantizedDType = 'int8' | 'int16';
/** Elements in row-major order. */
export type TensorData = DataByDType[DType];
/** Lengths of the axes, the outermost first. */
export type Shape = readonly number[];

/** What is known of a tensor without its elements. `quant` is absent for unquantized tensors. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly quant?: QuantParams;
}

interface ArrayType {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): TensorData;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): TensorData;
}

const ARRAY_TYPES: Readonly<Record<DType, ArrayType>> = {
  float32: Float32Array,
  int8: Int8Array,
  int4: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
};

/** The least and the largest value of a quantized activation. */
export const QUANTIZED_LIMITS: Readonly<Record<QuantizedDType, IntegerLimits>> = {
  int8: { min: -128, max: 127 },
  int16: { min: -32768, max: 32767 },
};

/** Integers that stand for real numbers where they have a scale and a zero point. */
export type SteppedDType = QuantizedDType | 'uint8' | 'int32';

export interface IntegerLimits {
  readonly min: number;
  readonly max: number;
}

export const STEPPED_LIMITS: Readonly<Record<SteppedDType, IntegerLimits>> = {
  ...QUANTIZED_LIMITS,
  uint8: { min: 0, max: 255 },
  int32: { min: -2147483648, max: 2147483647 },
};

export function isSteppedDType(dtype: string): dtype is SteppedDType {
  return Object.hasOwn(STEPPED_LIMITS, dtype);
}

/** real = (step − zero point) · scale. */
export interface Steps {
  readonly dtype: SteppedDType;
  readonly quant: PerTensorQuant;
  readonly limits: IntegerLimits;
}

/** How the integers of a tensor stand for real numbers; undefined where they do not. */
export function stepsOf({ dtype, quant }: Pick<TensorType, 'dtype' | 'quant'>): Steps | undefined {
  if (!isSteppedDType(dtype) || quant?.scheme !== 'per-tensor' || !(quant.scale > 0)) return undefined;
  return { dtype, quant, limits: STEPPED_LIMITS[dtype] };
}

export function isQuantizedDType(dtype: DType): dtype is QuantizedDType {
  return Object.hasOwn(QUANTIZED_LIMITS, dtype);
}

export const DTYPES = Object.keys(ARRAY_TYPES) as readonly DType[];

export function elementBytes(dtype: DType): number {
  return ARRAY_TYPES[dtype].BYTES_PER_ELEMENT;
}

/** The number of elements; 1 for a scalar (shape []). */
export function elementCount(shape: Shape): number {
  let count = 1;
  for (const dimension of shape) count *= dimension;
  return count;
}

export function tensorBytes(type: TensorType): number {
  return elementCount(type.shape) * elementBytes(type.dtype);
}

/** What a file has of a constant, where two int4 elements share a byte. */
export function storedBytes(type: TensorType): number {
  const bytes = tensorBytes(type);
  return type.dtype === 'int4' ? Math.ceil(bytes / 2) : bytes;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}

/** `[1, 16]`, as printed in messages and tables. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** A new array of zeros. */
export function allocate<D extends DType>(dtype: D, length: number): DataByDType[D];
export function allocate(dtype: DType, length: number): TensorData {
  return new ARRAY_TYPES[dtype](length);
}

/** The tensor that lies in a buffer from a multiple of 8 bytes on. */
export function tensorAt(type: TensorType, buffer: ArrayBuffer, byteOffset: number): TensorData {
  return new ARRAY_TYPES[type.dtype](buffer, byteOffset, elementCount(type.shape));
}

/** Copies little-endian bytes into a fresh array, so unaligned sources are fine. `bytes` must be whole elements. */
export function dataFromBytes(dtype: DType, bytes: Uint8Array): TensorData {
  const data = allocate(dtype, bytes.length / elementBytes(dtype));
  bytesOf(data).set(bytes);
  return data;
}

/** The bytes behind an array, without a copy. */
export function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Where the first value stands that is not finite, or −1. A callback of an array would get each on the heap. */
export function nonFiniteAt(data: Float32Array): number {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return i;
  return -1;
}
