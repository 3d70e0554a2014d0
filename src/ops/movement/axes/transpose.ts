import * as z from 'zod';
import { stridesOf } from '../../../kernels/move.ts';
import { oneByOne } from '../../columns.ts';
import { shapeError } from '../../conditions.ts';
import { defineOp } from '../../op.ts';
import { OPAQUE } from '../../traits.ts';
import { noMacs, unaryOperands } from '../../unary.ts';
import { checkMovement, requirePerAxis, stridedKernel } from '../movement.ts';

interface Transpose {
  readonly permutation: readonly number[];
}

const kernel = stridedKernel(({ permutation }: Transpose, [input]) => {
  const strides = stridesOf(input);
  return [
    {
      counts: permutation.map((axis) => input[axis]),
      steps: permutation.map((axis) => strides[axis]),
      start: 0,
    },
  ];
});

/** Axis i of the output is axis permutation[i] of the input. */
export const transpose = defineOp({
  kind: 'transpose',
  operands: unaryOperands,
  attributes: z.strictObject({ permutation: z.array(z.int()).readonly() }),
  quantRule: { rule: 'same-as-input' },
  traits: {
    ...OPAQUE,
    isIdentity: ({ permutation }) => permutation.every((from, axis) => from === axis),
    columns: ({ permutation }, axis) => oneByOne(permutation.indexOf(axis)),
  },
  infer({ permutation }, [input]) {
    requirePerAxis('axes of the permutation', permutation, input);
    if (!input.every((_, axis) => permutation.includes(axis))) {
      throw shapeError(`[${permutation.join(', ')}] does not name every axis of the input once`);
    }
    return [permutation.map((axis) => input[axis])];
  },
  check: checkMovement,
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel, int16: kernel },
});
