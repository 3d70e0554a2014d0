import * as z from 'zod';
import { counted } from '../../../core/figure-text.ts';
import { besideAxis } from '../../columns.ts';
import { shapeError } from '../../conditions.ts';
import { defineOp } from '../../op.ts';
import { OPAQUE } from '../../traits.ts';
import { noMacs, unaryOperands } from '../../unary.ts';
import { axisOf, checkMovement, stridedKernel } from '../movement.ts';
import { cutWalks } from './cut.ts';

interface Split {
  readonly axis: number;
  readonly count: number;
}

const kernel = stridedKernel(({ axis, count }: Split, [input]) => {
  const cut = axisOf(axis, input.length);
  return cutWalks(input, cut, new Array<number>(count).fill(input[cut] / count));
});

/** Equal pieces. */
export const split = defineOp({
  kind: 'split',
  operands: unaryOperands,
  attributes: z.strictObject({ axis: z.int(), count: z.int().positive() }),
  quantRule: { rule: 'same-as-input' },
  traits: { ...OPAQUE, isIdentity: ({ count }) => count === 1, columns: besideAxis },
  infer({ axis, count }, [input]) {
    const cut = axisOf(axis, input.length);
    if (input[cut] % count !== 0) {
      throw shapeError(
        `the ${counted(input[cut], 'element')} of axis ${cut} cannot be split into ${count} equal parts`,
      );
    }
    const piece = input.with(cut, input[cut] / count);
    return Array.from({ length: count }, () => piece);
  },
  check: checkMovement,
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel, int16: kernel, int32: kernel },
});
