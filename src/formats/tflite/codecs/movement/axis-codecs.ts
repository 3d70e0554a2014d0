/** Rows of the codec table for operators that add, drop or reorder axes. */

import { unsupportedError } from '../../../../core/errors.ts';
import { counted } from '../../../../core/figure-text.ts';
import type { AttributesOf, OpKind } from '../../../../ops/index.ts';
import type { Codec } from '../../codec.ts';
import { onlyInteger, requireInputs, scalar, vector } from '../../constant-operands.ts';
import { BuiltinOperator, BuiltinOptions, SqueezeOptions } from '../../generated/tflite_generated.ts';
import { rankOf, rankVersions } from './rank-versions.ts';

export const axisCodecs = {
  expand_dims: {
    code: BuiltinOperator.EXPAND_DIMS,
    options: BuiltinOptions.NONE,
    operandPositions: [0],
    version: () => 1,
    read(operator) {
      requireInputs(operator, 2);
      return { axis: onlyInteger(operator, 1) };
    },
    writeConstants: ({ axis }) => ({ 1: scalar(axis) }),
  },
  squeeze: {
    code: BuiltinOperator.SQUEEZE,
    options: BuiltinOptions.SqueezeOptions,
    version: () => 1,
    read(operator) {
      const options = operator.options(new SqueezeOptions());
      const count = options.squeezeDimsLength();
      if (count > rankOf(operator.inputs)) {
        throw unsupportedError(
          'bad-attributes',
          `drops ${counted(count, 'axis', 'axes')}, more than there are`,
        );
      }
      return { axes: Array.from({ length: count }, (_, i) => options.squeezeDims(i) ?? 0) };
    },
    writeOptions: ({ axes }, file) =>
      file.table('SqueezeOptions', { squeeze_dims: file.scalars('int32', axes) }),
  },
  transpose: {
    code: BuiltinOperator.TRANSPOSE,
    options: BuiltinOptions.NONE,
    operandPositions: [0],
    version: rankVersions(2, 5, 4),
    read(operator) {
      requireInputs(operator, 2);
      return { permutation: operator.int32s(1) };
    },
    writeConstants: ({ permutation }) => ({ 1: vector(permutation) }),
  },
} satisfies { readonly [Kind in OpKind]?: Codec<AttributesOf<Kind>> };
