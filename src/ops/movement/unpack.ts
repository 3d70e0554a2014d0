import { z } from 'zod';
import { defineOp } from '../op.ts';
import { noMacs, unaryOperands } from '../unary.ts';
import { cutMoves } from './cut.ts';
import { axisOf, checkMovement, moveKernel } from './movement.ts';

const kernel = moveKernel(({ axis }: { axis: number }, [input]) => {
  const cut = axisOf(axis, input.length);
  return cutMoves(input, cut, new Array<number>(input[cut]).fill(1));
});

/** One output, without the axis, for each of its elements. */
export const unpack = defineOp({
  kind: 'unpack',
  operands: unaryOperands,
  attributes: z.strictObject({ axis: z.int() }),
  quantRule: { rule: 'same-as-input' },
  infer({ axis }, [input]) {
    const cut = axisOf(axis, input.length);
    const piece = input.toSpliced(cut, 1);
    return Array.from({ length: input[cut] }, () => piece);
  },
  check: checkMovement,
  macs: noMacs,
  float: kernel,
  int8: kernel,
});
