/** Rows of the codec table for operators that take some of the elements. */

import { unsupportedError } from '../../../../core/errors.ts';
import type { AttributesOf, OpKind } from '../../../../ops/index.ts';
import { type Codec, optionsTable, versions } from '../../codec.ts';
import { requireInputs, vector } from '../../constant-operands.ts';
import {
  BuiltinOperator,
  BuiltinOptions,
  GatherOptions,
  StridedSliceOptions,
} from '../../generated/tflite_generated.ts';
import { rankVersions } from './rank-versions.ts';

function refuseSliceOptions(options: StridedSliceOptions): void {
  const special: readonly (readonly [boolean, string])[] = [
    [options.ellipsisMask() !== 0, 'an ellipsis'],
    [options.newAxisMask() !== 0, 'new axes'],
    [options.offset(), 'ends counted from the beginnings'],
  ];
  for (const [is, what] of special) {
    if (is) {
      throw unsupportedError('slice-mode', `uses ${what}, which TensorFlow Lite Micro does not compute`);
    }
  }
}

const stridedSlice: Codec<AttributesOf<'strided_slice'>> = {
  code: BuiltinOperator.STRIDED_SLICE,
  options: BuiltinOptions.StridedSliceOptions,
  operandPositions: [0],
  version: versions(1, 2, 1),
  read(operator) {
    requireInputs(operator, 4);
    const options = operator.options(new StridedSliceOptions());
    refuseSliceOptions(options);
    return {
      begin: operator.int32s(1),
      end: operator.int32s(2),
      strides: operator.int32s(3),
      beginMask: options.beginMask(),
      endMask: options.endMask(),
      shrinkAxisMask: options.shrinkAxisMask(),
    };
  },
  writeOptions: optionsTable('StridedSliceOptions', ({ beginMask, endMask, shrinkAxisMask }) => ({
    begin_mask: beginMask,
    end_mask: endMask,
    shrink_axis_mask: shrinkAxisMask,
  })),
  writeConstants: ({ begin, end, strides }) => ({ 1: vector(begin), 2: vector(end), 3: vector(strides) }),
};

const gather: Codec<AttributesOf<'gather'>> = {
  code: BuiltinOperator.GATHER,
  options: BuiltinOptions.GatherOptions,
  version: (query, { batchDims }) => (batchDims !== 0 ? 5 : versions(1, 2)(query)),
  read(operator) {
    requireInputs(operator, 2);
    const options = operator.options(new GatherOptions());
    const shape = operator.inputs[0]?.shape ?? [];
    const size = shape.at(options.axis()) ?? 0;
    const outside = operator.int32s(1).find((index) => !(index >= 0 && index < size));
    if (outside !== undefined) {
      throw unsupportedError('index-range', `takes element ${outside} of an axis of ${size}`);
    }
    return { axis: options.axis(), batchDims: options.batchDims() };
  },
  writeOptions: optionsTable('GatherOptions', ({ axis, batchDims }) => ({ axis, batch_dims: batchDims })),
};

export const selectionCodecs = {
  gather,
  slice: {
    code: BuiltinOperator.SLICE,
    options: BuiltinOptions.NONE,
    operandPositions: [0],
    version: rankVersions(2, 4, 5),
    read(operator) {
      requireInputs(operator, 3);
      return { begin: operator.integers(1), size: operator.integers(2) };
    },
    writeConstants: ({ begin, size }) => ({ 1: vector(begin), 2: vector(size) }),
  },
  strided_slice: stridedSlice,
} satisfies { readonly [Kind in OpKind]?: Codec<AttributesOf<Kind>> };
