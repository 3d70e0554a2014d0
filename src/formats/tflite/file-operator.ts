/** An operator of a file with its tensors, and what its codec may ask of it. */

import { ByteBuffer } from 'flatbuffers';
import { unsupportedError } from '../../core/errors.ts';
import { bytesOf, type TensorData, type TensorType } from '../../core/tensor.ts';
import type { OpKind } from '../../ops/index.ts';
import type { Accessor, Codec, FileOperator } from './codec.ts';
import { codecOf } from './codecs.ts';
import type { BuiltinOptions, Operator } from './generated/tflite_generated.ts';
import type { CodeInFile } from './read-operators.ts';
import type { FileTensor } from './read-tensors.ts';

/** Tensors as far as they are known when the operator is read. */
export interface OperatorInFile {
  readonly table: Operator;
  readonly code: CodeInFile;
  /** `undefined` where an operand is left out. */
  readonly inputs: readonly (FileTensor | undefined)[];
  readonly outputs: readonly FileTensor[];
  readonly intermediates: readonly TensorType[];
}

/** A table without fields whose vtable has none either: every accessor reads defaults from it. */
const NO_OPTIONS = new ByteBuffer(Uint8Array.of(4, 0, 4, 0, 4, 0, 0, 0));
const NO_OPTIONS_POSITION = 4;

/** `accessor` upon the options; where the file has none of that type it reads defaults, as in TFLM. */
export function optionsOf<T extends Accessor>(table: Operator, type: BuiltinOptions, accessor: T): T {
  if (table.builtinOptionsType() === type && table.builtinOptions(accessor) !== null) return accessor;
  accessor.__init(NO_OPTIONS_POSITION, NO_OPTIONS);
  return accessor;
}

/** TFLM takes them of custom operators only. */
export function refuseCustomOptions(table: Operator, kind: OpKind | undefined): void {
  const isCustom = kind !== undefined && codecOf(kind).customName !== undefined;
  if (isCustom || table.customOptionsLength() === 0) return;
  throw unsupportedError('unsupported-operator', 'has custom options, which TFLM refuses for this operator');
}

/** A tensor as far as codecs look at it. */
export interface CodecTensor {
  readonly type: TensorType;
  readonly data?: TensorData | undefined;
}

function integersOf(tensor: CodecTensor | undefined, position: number): readonly number[] {
  const { data } = tensor ?? {};
  if (data instanceof Int32Array) return Array.from(data);
  if (data instanceof BigInt64Array) return Array.from(data, Number);
  throw unsupportedError(
    'dynamic-attribute',
    `input ${position} is not a constant of integers, so the operator is only known at run time`,
  );
}

function bytesOfConstant(tensor: CodecTensor | undefined, position: number): Uint8Array {
  if (tensor?.data !== undefined) return bytesOf(tensor.data);
  throw unsupportedError(
    'dynamic-attribute',
    `input ${position} is not a constant, so the operator is only known at run time`,
  );
}

export function fileOperator(
  {
    table,
    inputs,
    outputs,
    intermediates,
  }: {
    readonly table: Operator;
    readonly inputs: readonly (CodecTensor | undefined)[];
    readonly outputs: readonly CodecTensor[];
    readonly intermediates: readonly TensorType[];
  },
  codec: Codec<unknown>,
): FileOperator {
  return {
    options: (accessor) => optionsOf(table, codec.options, accessor),
    inputs: inputs.map((input) => input?.type),
    outputs: outputs.map(({ type }) => type),
    intermediates,
    customOptions: table.customOptionsArray() ?? new Uint8Array(0),
    bytes: (position) => bytesOfConstant(inputs[position], position),
    integers: (position) => integersOf(inputs[position], position),
    int32s(position) {
      const integers = integersOf(inputs[position], position);
      if (inputs[position]?.type.dtype === 'int32') return integers;
      throw unsupportedError(
        'unsupported-type',
        `has int64 in input ${position}, where TensorFlow Lite Micro reads int32`,
      );
    },
  };
}

/** The graph's operands in its own order, without absent ones at the end. */
export function operandsOf<T>(codec: Codec<unknown>, inputs: readonly (T | undefined)[]): (T | undefined)[] {
  const operands = (codec.operandPositions ?? [...inputs.keys()]).map((position) => inputs[position]);
  while (operands.length > 0 && operands.at(-1) === undefined) operands.pop();
  return operands;
}
