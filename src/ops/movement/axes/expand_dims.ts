import * as z from 'zod';
import { keptAxis, oneByOne } from '../../columns.ts';
import { defineOp } from '../../op.ts';
import { OPAQUE } from '../../traits.ts';
import { noMacs, unaryOperands } from '../../unary.ts';
import { axisOf, checkMovement, copyKernel } from '../movement.ts';

export const expandDims = defineOp({
  kind: 'expand_dims',
  operands: unaryOperands,
  /** Where the new axis stands in the output. */
  attributes: z.strictObject({ axis: z.int() }),
  quantRule: { rule: 'same-as-input' },
  traits: {
    ...OPAQUE,
    columns(_, axis, [{ shape }], output) {
      const kept = keptAxis(shape, axis, output);
      return kept === undefined ? undefined : oneByOne(kept);
    },
  },
  infer({ axis }, [input]) {
    const at = axisOf(axis, input.length + 1);
    return [[...input.slice(0, at), 1, ...input.slice(at)]];
  },
  check: checkMovement,
  macs: noMacs,
  kernels: { float32: copyKernel, int8: copyKernel, int16: copyKernel },
});
