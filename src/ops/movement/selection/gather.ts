import * as z from 'zod';
import { counted } from '../../../core/figure-text.ts';
import { elementCount, formatShape, type Shape, type TensorType } from '../../../core/tensor.ts';
import { type Gather, gatherElements } from '../../../kernels/gather.ts';
import { requireDType, requireSameDType, shapeError } from '../../conditions.ts';
import { defineOp } from '../../op.ts';
import { OPAQUE } from '../../traits.ts';
import { binaryLoop, noMacs } from '../../unary.ts';
import { axisOf } from '../movement.ts';

interface Places {
  readonly axis: number;
  readonly batchDims: number;
}

/** Both counted from the front. */
function placesOf({ axis, batchDims }: Places, input: Shape, indices: Shape): Places {
  return {
    axis: axisOf(axis, input.length),
    batchDims: batchDims < 0 ? batchDims + indices.length : batchDims,
  };
}

const kernel = {
  prepare(attributes: Places, [input, indices]: readonly [TensorType, TensorType]): Gather {
    const { axis, batchDims } = placesOf(attributes, input.shape, indices.shape);
    return {
      batches: elementCount(input.shape.slice(0, batchDims)),
      outer: elementCount(input.shape.slice(batchDims, axis)),
      axis: input.shape[axis],
      picks: elementCount(indices.shape.slice(batchDims)),
      inner: elementCount(input.shape.slice(axis + 1)),
    };
  },
  build: (prepared: Gather) =>
    binaryLoop<Int8Array, Int32Array, Int8Array>((input, indices, output) =>
      gatherElements(prepared, input, indices, output),
    ),
};

/** The slices of an axis that constant indices name; the first `batchDims` axes of both operands go together. */
export const gather = defineOp({
  kind: 'gather',
  operands: ['input', 'indices'],
  attributes: z.strictObject({ axis: z.int(), batchDims: z.int() }),
  quantRule: { rule: 'same-as-input' },
  traits: OPAQUE,
  infer(attributes, [input, indices]) {
    const { axis, batchDims } = placesOf(attributes, input, indices);
    const together =
      batchDims >= 0 &&
      batchDims <= Math.min(axis, indices.length) &&
      indices.slice(0, batchDims).every((size, i) => size === input[i]);
    if (!together) {
      throw shapeError(
        `${formatShape(input)} and indices ${formatShape(indices)} do not go together in ${counted(batchDims, 'axis', 'axes')} before axis ${axis}`,
      );
    }
    return [[...input.slice(0, axis), ...indices.slice(batchDims), ...input.slice(axis + 1)]];
  },
  check(_, [input, indices], [output]) {
    requireSameDType([input], output);
    requireDType('the operand of indices', indices, 'int32');
  },
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel },
});
