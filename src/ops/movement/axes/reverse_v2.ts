import * as z from 'zod';
import { formatShape } from '../../../core/tensor.ts';
import { stridesOf } from '../../../kernels/move.ts';
import { shapeError } from '../../conditions.ts';
import { defineOp } from '../../op.ts';
import { OPAQUE } from '../../traits.ts';
import { noMacs, unaryOperands } from '../../unary.ts';
import { checkMovement, requireRank, stridedKernel } from '../movement.ts';

interface Reverse {
  readonly axes: readonly number[];
}

const kernel = stridedKernel(({ axes }: Reverse, [input]) => {
  const strides = stridesOf(input);
  return [
    {
      counts: input,
      steps: strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
      start: axes.reduce((start, axis) => start + (input[axis] - 1) * strides[axis], 0),
    },
  ];
});

/** The elements of some axes, from the last to the first. */
export const reverseV2 = defineOp({
  kind: 'reverse_v2',
  operands: unaryOperands,
  attributes: z.strictObject({
    /** Counted from the front, one after another: TFLM reverses no others. */
    axes: z
      .array(z.int().nonnegative())
      .min(1)
      .refine((axes) => axes.every((axis, index) => axis === axes[0] + index), {
        message: 'axes do not follow each other',
      })
      .readonly(),
  }),
  quantRule: { rule: 'same-as-input' },
  traits: { ...OPAQUE, isIdentity: ({ axes }, [input]) => axes.every((axis) => input[axis] === 1) },
  infer({ axes }, [input]) {
    requireRank(input, 1, 6);
    const outside = axes.find((axis) => axis >= input.length);
    if (outside !== undefined) throw shapeError(`${formatShape(input)} has no axis ${outside}`);
    return [input];
  },
  check: checkMovement,
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel, int16: kernel, int32: kernel, bool: kernel },
});
