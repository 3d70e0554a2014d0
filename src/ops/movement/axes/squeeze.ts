import * as z from 'zod';
import { keptAxis, oneByOne } from '../../columns.ts';
import { shapeError } from '../../conditions.ts';
import { defineOp } from '../../op.ts';
import { OPAQUE } from '../../traits.ts';
import { noMacs, unaryOperands } from '../../unary.ts';
import { axisOf, checkMovement, copyKernel, keepsShape } from '../movement.ts';

export const squeeze = defineOp({
  kind: 'squeeze',
  operands: unaryOperands,
  /** Without axes every axis of size 1 goes. */
  attributes: z.strictObject({ axes: z.array(z.int()).readonly() }),
  quantRule: { rule: 'same-as-input' },
  traits: {
    ...OPAQUE,
    isIdentity: keepsShape,
    /** Axes are named, since one column alone would be squeezed where all axes of size 1 are. */
    columns(_, axis, [{ shape }], output) {
      const kept = keptAxis(shape, axis, output);
      const axes = shape.flatMap((size, place) => (size === 1 && place !== axis ? [place] : []));
      if (kept === undefined || axes.length === 0 || shape.length - axes.length !== output.length)
        return undefined;
      return oneByOne(kept, () => ({ axes }));
    },
  },
  infer({ axes }, [input]) {
    if (axes.length === 0) return [input.filter((size) => size !== 1)];
    const squeezed = axes.map((axis) => axisOf(axis, input.length));
    for (const axis of squeezed) {
      if (input[axis] !== 1)
        throw shapeError(`axis ${axis} has ${input[axis]} elements and cannot be dropped`);
    }
    return [input.filter((_, axis) => !squeezed.includes(axis))];
  },
  check: checkMovement,
  macs: noMacs,
  kernels: { float32: copyKernel, int8: copyKernel, int16: copyKernel, int32: copyKernel, bool: copyKernel },
});
