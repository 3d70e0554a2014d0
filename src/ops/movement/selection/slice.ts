import * as z from 'zod';
import { counted } from '../../../core/figure-text.ts';
import type { Shape } from '../../../core/tensor.ts';
import { stridesOf } from '../../../kernels/move.ts';
import { oneByOne } from '../../columns.ts';
import { shapeError } from '../../conditions.ts';
import { defineOp } from '../../op.ts';
import { OPAQUE } from '../../traits.ts';
import { noMacs, unaryOperands } from '../../unary.ts';
import { checkMovement, keepsShape, requirePerAxis, stridedKernel } from '../movement.ts';

interface Slice {
  readonly begin: readonly number[];
  readonly size: readonly number[];
}

/** A size of −1 reaches to the end. */
function sizesOf({ begin, size }: Slice, input: Shape): number[] {
  return size.map((count, axis) => (count === -1 ? input[axis] - begin[axis] : count));
}

const kernel = stridedKernel((slice: Slice, [input]) => {
  const steps = stridesOf(input);
  const start = slice.begin.reduce((sum, begin, axis) => sum + begin * steps[axis], 0);
  return [{ counts: sizesOf(slice, input), steps, start }];
});

export const slice = defineOp({
  kind: 'slice',
  operands: unaryOperands,
  attributes: z.strictObject({
    begin: z.array(z.int().nonnegative()).readonly(),
    size: z.array(z.int().min(-1)).readonly(),
  }),
  quantRule: { rule: 'same-as-input' },
  traits: {
    ...OPAQUE,
    isIdentity: keepsShape,
    columns: ({ begin, size }, axis) => ({
      ...oneByOne(axis, (count) => ({ begin: begin.with(axis, 0), size: size.with(axis, count) })),
      first: begin[axis],
    }),
  },
  infer(attributes, [input]) {
    requirePerAxis('beginnings', attributes.begin, input);
    requirePerAxis('sizes', attributes.size, input);
    const shape = sizesOf(attributes, input);
    for (const [axis, count] of shape.entries()) {
      const begin = attributes.begin[axis];
      if (count < 1 || begin + count > input[axis]) {
        throw shapeError(
          `${counted(count, 'element')} from ${begin} on cannot be taken of the ${input[axis]} of axis ${axis}`,
        );
      }
    }
    return [shape];
  },
  check: checkMovement,
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel, int16: kernel, int32: kernel, bool: kernel },
});
