import * as z from 'zod';
import { formatShape, sameShape } from '../../core/tensor.ts';
import { broadcast } from '../../kernels/broadcast.ts';
import { broadcastShape, shapeError } from '../conditions.ts';
import { checkMovement, keepsShape, requireRank, stridedKernel } from '../movement/movement.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { noMacs, unaryOperands } from '../unary.ts';

const kernel = stridedKernel((_: unknown, [input], [output]) => {
  const { counts, stepsA } = broadcast(input, output, output);
  return [{ counts, steps: stepsA, start: 0 }];
});

/** The input repeated along its axes of length 1, and along new ones in front, until it has the shape. */
export const broadcastTo = defineOp({
  kind: 'broadcast_to',
  operands: unaryOperands,
  attributes: z.strictObject({ shape: z.array(z.int().positive()).min(1).readonly() }),
  quantRule: { rule: 'same-as-input' },
  traits: { ...OPAQUE, bounds: 'increasing', isIdentity: keepsShape },
  infer({ shape }, [input]) {
    requireRank(shape, 1, 5);
    if (input.length > shape.length || !sameShape(broadcastShape(input, shape), shape)) {
      throw shapeError(`${formatShape(input)} cannot be broadcast to ${formatShape(shape)}`);
    }
    return [shape];
  },
  check: checkMovement,
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel, int16: kernel, int32: kernel, bool: kernel },
});
