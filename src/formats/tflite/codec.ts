/** What a row of the codec table is: how one operator looks in a file, as far as it differs from the others. */

import type { ByteBuffer } from 'flatbuffers';
import { unsupportedError } from '../../core/errors.ts';
import type { TensorType } from '../../core/tensor.ts';
import type { Fields, FlatBuilder, Ref, TableName } from './flat-builder.ts';
import type { BuiltinOperator, BuiltinOptions } from './generated/tflite_generated.ts';

/** A generated accessor that can be set upon a table. */
export interface Accessor {
  __init(position: number, bytes: ByteBuffer): unknown;
}

/** An operator as a file has it; positions count the file's own inputs. */
export interface FileOperator {
  /** Sets `accessor` upon the options; where the file has none of that kind it reads defaults, as in TFLM. */
  options<T extends Accessor>(accessor: T): T;
  readonly inputs: readonly (TensorType | undefined)[];
  readonly outputs: readonly TensorType[];
  /** Tensors of no size that say something of what is computed in between. */
  readonly intermediates: readonly TensorType[];
  /** Those of a custom operator. */
  readonly customOptions: Uint8Array;
  /** The bytes of a constant input; refuses one that is computed. */
  bytes(position: number): Uint8Array;
  /** The elements of a constant int32 or int64 input; refuses one that is computed. */
  integers(position: number): readonly number[];
  /** The same where TFLM reads int32 and takes int64 for twice as many. */
  int32s(position: number): readonly number[];
}

/** A constant operand that stands for an attribute. */
export interface IntegerConstant {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export interface VersionQuery {
  readonly inputs: readonly (TensorType | undefined)[];
  readonly outputs: readonly TensorType[];
}

export interface Codec<Attributes> {
  readonly code: BuiltinOperator;
  /** The name of a custom operator, whose code is CUSTOM; TFLM lets these have custom options. */
  readonly customName?: string;
  /** Which table the options are; NONE for operators without. */
  readonly options: BuiltinOptions;
  /**
   * For each operand of the graph its position in the file; without it they are all inputs in order. Inputs of the file
   * not named here are attributes, or repeat what the shapes say.
   */
  readonly operandPositions?: readonly number[];
  /** The operator has no outputs in a file; in the graph it has one, as every node. */
  readonly withoutOutputs?: true;
  /** How many inputs the file has, where that is more than what fills them: the others are left out. */
  readonly inputCount?: number;
  /** Absent operands at the end are left out instead of written as -1: TensorFlow Lite counts the inputs. */
  readonly trimsAbsent?: true;
  /** The least version with which TensorFlow Lite runs it. */
  version(query: VersionQuery, attributes: Attributes): number;
  read(operator: FileOperator): Attributes;
  /** The options table. */
  writeOptions?(attributes: Attributes, file: FlatBuilder, query: VersionQuery): Ref;
  /** The options of a custom operator that has some. */
  writeCustomOptions?(attributes: Attributes): Uint8Array;
  /** Tensors of no size that the file has for what is computed in between. */
  writeIntermediates?(attributes: Attributes): readonly TensorType[];
  /** Attributes that the file keeps in constant inputs, by position. */
  writeConstants?(attributes: Attributes): Readonly<Record<number, IntegerConstant>>;
}

/** Float activations and int8 weights ("dynamic range"): TensorFlow Lite quantizes the input as it runs, TFLM refuses them. */
export function isHybrid({ inputs: [input, weights] }: VersionQuery): boolean {
  return input?.dtype === 'float32' && weights?.dtype === 'int8';
}

/** For operators that are versioned by element type alone; operators on int32 have the version of float32. */
export function versions(float: number, int8: number, int16?: number): (query: VersionQuery) => number {
  return ({ inputs: [input], outputs: [output] }) => {
    const types = [input?.dtype, output.dtype];
    if (types.includes('int8')) return int8;
    if (!types.includes('int16')) return float;
    if (int16 !== undefined) return int16;
    throw unsupportedError('unsupported-version', 'has no known version for int16');
  };
}

/** For options without vectors: the scalar fields are all there is. */
export function optionsTable<Attributes, Name extends TableName>(
  name: Name,
  fields: (attributes: Attributes) => Fields<Name>,
): (attributes: Attributes, file: FlatBuilder) => Ref {
  return (attributes, file) => file.table(name, fields(attributes));
}
