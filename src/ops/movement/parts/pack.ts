import * as z from 'zod';
import { formatShape, sameShape } from '../../../core/tensor.ts';
import { type Join, joinMove } from '../../../kernels/move.ts';
import { shapeError } from '../../conditions.ts';
import { defineOp } from '../../op.ts';
import { OPAQUE } from '../../traits.ts';
import { noMacs } from '../../unary.ts';
import { aroundAxis, axisOf, checkMovement, moveKernel } from '../movement.ts';

const kernel = moveKernel(
  ({ axis }: { axis: number }, inputs, [output]): Join => {
    const { outer, inner } = aroundAxis(output, axisOf(axis, output.length));
    return { outer, lengths: inputs.map(() => inner) };
  },
  (join) => [joinMove(join)],
);

/** Inputs of one shape side by side along a new axis. TFLM copies without a look at the scales. */
export const pack = defineOp({
  kind: 'pack',
  operands: ['inputs...'],
  /** Where the new axis stands in the output. */
  attributes: z.strictObject({ axis: z.int() }),
  quantRule: { rule: 'same-as-output' },
  traits: OPAQUE,
  infer({ axis }, inputs) {
    const [first] = inputs;
    const at = axisOf(axis, first.length + 1);
    for (const shape of inputs) {
      if (!sameShape(shape, first)) {
        throw shapeError(`${formatShape(shape)} cannot be packed with ${formatShape(first)}`);
      }
    }
    return [first.toSpliced(at, 0, inputs.length)];
  },
  check: checkMovement,
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel, int16: kernel, int32: kernel },
});
