/** How reductions are stored: the axes as a constant operand, which may count from the end and repeat themselves. */

import type { AttributesOf } from '../../../ops/index.ts';
import { type Codec, type FileOperator, optionsTable, versions } from '../codec.ts';
import { BuiltinOperator, BuiltinOptions, ReducerOptions } from '../generated/tflite_generated.ts';

function axesOf(operator: FileOperator): number[] {
  const rank = operator.inputs[0]?.shape.length ?? 0;
  const axes = operator.int32s(1).map((axis) => (axis < 0 ? axis + rank : axis));
  return [...new Set(axes)].sort((a, b) => a - b);
}

/** `int16Version` of those that take it. */
function reductionCodec(code: BuiltinOperator, int16Version?: number): Codec<AttributesOf<'sum'>> {
  return {
    code,
    options: BuiltinOptions.ReducerOptions,
    operandPositions: [0],
    version: versions(1, 2, int16Version),
    read: (operator) => ({
      axes: axesOf(operator),
      keepDims: operator.options(new ReducerOptions()).keepDims(),
    }),
    writeOptions: optionsTable('ReducerOptions', ({ keepDims }) => ({ keep_dims: Number(keepDims) })),
    writeConstants: ({ axes }) => ({ 1: { shape: [axes.length], values: axes } }),
  };
}

export const reductionCodecs = {
  mean: reductionCodec(BuiltinOperator.MEAN, 3),
  reduce_max: reductionCodec(BuiltinOperator.REDUCE_MAX),
  reduce_min: reductionCodec(BuiltinOperator.REDUCE_MIN),
  sum: reductionCodec(BuiltinOperator.SUM, 1),
};
