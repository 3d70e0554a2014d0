import { elementCount, formatShape, type TensorType } from '../../../core/tensor.ts';
import { type GatherNd, gatherNd as gather } from '../../../kernels/gather_nd.ts';
import { stridesOf } from '../../../kernels/move.ts';
import { requireDType, requireSameDType, shapeError } from '../../conditions.ts';
import { defineOp } from '../../op.ts';
import { OPAQUE } from '../../traits.ts';
import { binaryLoop, noAttributes, noMacs } from '../../unary.ts';

/** `MAX_INDICES_ND`. */
const MOST_INDICES = 5;

const kernel = {
  prepare(_: unknown, [input, indices]: readonly [TensorType, TensorType]): GatherNd {
    const depth = indices.shape.at(-1) ?? 0;
    return {
      slices: elementCount(indices.shape.slice(0, -1)),
      slice: elementCount(input.shape.slice(depth)),
      strides: stridesOf(input.shape).slice(0, depth),
      elements: elementCount(input.shape),
    };
  },
  build: (prepared: GatherNd) =>
    binaryLoop<Int8Array, Int32Array, Int8Array>((input, indices, output) =>
      gather(prepared, input, indices, output),
    ),
};

/** Elements, or slices, of the input at places told by the last axis of constant indices. */
export const gatherNd = defineOp({
  kind: 'gather_nd',
  operands: ['input', 'indices'],
  attributes: noAttributes,
  quantRule: { rule: 'same-as-input' },
  traits: OPAQUE,
  infer(_, [input, indices]) {
    const depth = indices.at(-1);
    if (depth === undefined || depth > Math.min(input.length, MOST_INDICES)) {
      throw shapeError(
        `indices ${formatShape(indices)} do not name places in ${formatShape(input)} by at most ${MOST_INDICES} numbers`,
      );
    }
    return [[...indices.slice(0, -1), ...input.slice(depth)]];
  },
  check(_, [input, indices], [output]) {
    requireSameDType([input], output);
    requireDType('the operand of indices', indices, 'int32');
  },
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel },
});
