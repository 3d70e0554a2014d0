import { z } from 'zod';
import type { TensorType } from '../../core/tensor.ts';
import { type Move, moveElements } from '../../kernels/move.ts';
import { requirePerTensor } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { noMacs, unaryOperands } from '../unary.ts';
import { checkMovement } from './movement.ts';
import { inferPadded, type Padding, paddingsSchema, padMove } from './padding.ts';

interface Pad {
  readonly move: Move;
  readonly value: number;
}

/** Pads with the real number 0. */
const kernel = {
  prepare(
    { paddings }: { paddings: readonly Padding[] },
    [input]: readonly [TensorType],
    [output]: readonly TensorType[],
  ): Pad {
    const value = output.dtype === 'int8' ? requirePerTensor('the output', output).zeroPoint : 0;
    return { move: padMove(paddings, input.shape), value };
  },
  run({ move, value }: Pad, inputs: readonly [Int8Array], [output]: readonly [Int8Array]): void {
    moveElements(move, value, inputs, output);
  },
};

export const pad = defineOp({
  kind: 'pad',
  operands: unaryOperands,
  attributes: z.strictObject({ paddings: paddingsSchema }),
  quantRule: { rule: 'same-as-input' },
  infer: ({ paddings }, [input]) => [inferPadded(paddings, input)],
  check(_, inputs, [output]) {
    checkMovement(_, inputs, [output]);
    if (output.dtype === 'int8') requirePerTensor('the output', output);
  },
  macs: noMacs,
  float: kernel,
  int8: kernel,
});
