/** Rows of the codec table for operators that put parts together or take a tensor apart. */

import { unsupportedError } from '../../../../core/errors.ts';
import { counted } from '../../../../core/figure-text.ts';
import type { AttributesOf, OpKind } from '../../../../ops/index.ts';
import { type Codec, optionsTable, versions } from '../../codec.ts';
import { onlyInteger, requireInputs, scalar, vector } from '../../constant-operands.ts';
import {
  ActivationFunctionType,
  BuiltinOperator,
  BuiltinOptions,
  ConcatenationOptions,
  PackOptions,
  UnpackOptions,
} from '../../generated/tflite_generated.ts';

/** The counts that PACK and UNPACK repeat; TFLM steps by them. */
function requireCount(count: number, actual: number): void {
  if (count !== actual) {
    throw unsupportedError('operand-count', `says it has ${counted(count, 'part')}, but it has ${actual}`);
  }
}

const concatenation: Codec<AttributesOf<'concatenation'>> = {
  code: BuiltinOperator.CONCATENATION,
  options: BuiltinOptions.ConcatenationOptions,
  version: versions(1, 2, 3),
  read(operator) {
    const options = operator.options(new ConcatenationOptions());
    if (options.fusedActivationFunction() !== ActivationFunctionType.NONE) {
      throw unsupportedError(
        'unsupported-activation',
        'fuses an activation, which TensorFlow Lite Micro refuses here',
        'Make the activation a layer of its own.',
      );
    }
    return { axis: options.axis(), activation: 'none' };
  },
  writeOptions: optionsTable('ConcatenationOptions', ({ axis }) => ({ axis })),
};

/** Where the sizes are the outputs' own: TFLM ignores the operand that repeats them. */
const splitV: Codec<AttributesOf<'split_v'>> = {
  code: BuiltinOperator.SPLIT_V,
  options: BuiltinOptions.SplitVOptions,
  operandPositions: [0],
  version: versions(1, 2, 1),
  read(operator) {
    requireInputs(operator, 3);
    const axis = onlyInteger(operator, 2);
    return { axis, sizes: operator.outputs.map(({ shape }) => shape.at(axis) ?? 0) };
  },
  writeOptions: optionsTable('SplitVOptions', ({ sizes }) => ({ num_splits: sizes.length })),
  writeConstants: ({ axis, sizes }) => ({ 1: vector(sizes), 2: scalar(axis) }),
};

export const partCodecs = {
  concatenation,
  pack: {
    code: BuiltinOperator.PACK,
    options: BuiltinOptions.PackOptions,
    version: versions(1, 2, 3),
    read(operator) {
      const options = operator.options(new PackOptions());
      requireCount(options.valuesCount(), operator.inputs.length);
      return { axis: options.axis() };
    },
    writeOptions: ({ axis }, file, { inputs }) =>
      file.table('PackOptions', { values_count: inputs.length, axis }),
  },
  split: {
    code: BuiltinOperator.SPLIT,
    options: BuiltinOptions.SplitOptions,
    operandPositions: [1],
    version: versions(1, 2, 4),
    // TFLM counts the outputs, not what the options say.
    read(operator) {
      requireInputs(operator, 2);
      return { axis: onlyInteger(operator, 0), count: operator.outputs.length };
    },
    writeOptions: optionsTable('SplitOptions', ({ count }) => ({ num_splits: count })),
    writeConstants: ({ axis }) => ({ 0: scalar(axis) }),
  },
  split_v: splitV,
  unpack: {
    code: BuiltinOperator.UNPACK,
    options: BuiltinOptions.UnpackOptions,
    version: versions(1, 2, 4),
    read(operator) {
      const options = operator.options(new UnpackOptions());
      requireCount(options.num(), operator.outputs.length);
      return { axis: options.axis() };
    },
    writeOptions: ({ axis }, file, { outputs }) => file.table('UnpackOptions', { num: outputs.length, axis }),
  },
} satisfies { readonly [Kind in OpKind]?: Codec<AttributesOf<Kind>> };
