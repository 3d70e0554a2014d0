import * as z from 'zod';
import { defineOp } from '../../op.ts';
import { OPAQUE } from '../../traits.ts';
import { noMacs, unaryOperands } from '../../unary.ts';
import { axisOf, checkMovement, stridedKernel } from '../movement.ts';
import { cutWalks } from './cut.ts';

const kernel = stridedKernel(({ axis }: { axis: number }, [input]) => {
  const cut = axisOf(axis, input.length);
  return cutWalks(input, cut, new Array<number>(input[cut]).fill(1));
});

/** One output, without the axis, for each of its elements. */
export const unpack = defineOp({
  kind: 'unpack',
  operands: unaryOperands,
  attributes: z.strictObject({ axis: z.int() }),
  quantRule: { rule: 'same-as-input' },
  traits: OPAQUE,
  infer({ axis }, [input]) {
    const cut = axisOf(axis, input.length);
    const piece = input.toSpliced(cut, 1);
    return Array.from({ length: input[cut] }, () => piece);
  },
  check: checkMovement,
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel, int16: kernel, int32: kernel },
});
