import * as z from 'zod';
import { counted } from '../../../core/figure-text.ts';
import { besideAxis } from '../../columns.ts';
import { shapeError } from '../../conditions.ts';
import { defineOp } from '../../op.ts';
import { OPAQUE } from '../../traits.ts';
import { noMacs, unaryOperands } from '../../unary.ts';
import { axisOf, checkMovement, stridedKernel } from '../movement.ts';
import { cutWalks } from './cut.ts';

interface SplitV {
  readonly axis: number;
  readonly sizes: readonly number[];
}

const kernel = stridedKernel(({ axis, sizes }: SplitV, [input]) =>
  cutWalks(input, axisOf(axis, input.length), sizes),
);

/** Pieces of given sizes. */
export const splitV = defineOp({
  kind: 'split_v',
  operands: unaryOperands,
  attributes: z.strictObject({ axis: z.int(), sizes: z.array(z.int().positive()).min(1).readonly() }),
  quantRule: { rule: 'same-as-input' },
  traits: { ...OPAQUE, columns: besideAxis },
  infer({ axis, sizes }, [input]) {
    const cut = axisOf(axis, input.length);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (total !== input[cut]) {
      throw shapeError(
        `parts of [${sizes.join(', ')}] do not make up the ${counted(input[cut], 'element')} of axis ${cut}`,
      );
    }
    return sizes.map((size) => input.with(cut, size));
  },
  check: checkMovement,
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel, int16: kernel, int32: kernel },
});
