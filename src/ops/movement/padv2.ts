import { z } from 'zod';
import { unsupportedError } from '../../core/errors.ts';
import { sameQuant } from '../../core/quant-params.ts';
import { elementCount, formatShape, type TensorType } from '../../core/tensor.ts';
import { type Move, moveElements } from '../../kernels/move.ts';
import { shapeError } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { noMacs } from '../unary.ts';
import { checkMovement } from './movement.ts';
import { inferPadded, type Padding, paddingsSchema, padMove } from './padding.ts';

/** Pads with `value`, which is in the output's parameters. */
const kernel = {
  prepare({ paddings }: { paddings: readonly Padding[] }, [input]: readonly TensorType[]): Move {
    return padMove(paddings, input.shape);
  },
  run(move: Move, [input, value]: readonly [Int8Array, Int8Array], [output]: readonly [Int8Array]): void {
    moveElements(move, value[0], [input], output);
  },
};

export const padv2 = defineOp({
  kind: 'padv2',
  operands: ['input', 'value'],
  attributes: z.strictObject({ paddings: paddingsSchema }),
  quantRule: { rule: 'same-as-output' },
  infer({ paddings }, [input, value]) {
    if (elementCount(value) !== 1) {
      throw shapeError(`the padding value has shape ${formatShape(value)} instead of one element`);
    }
    return [inferPadded(paddings, input)];
  },
  check(_, [input, value], [output]) {
    checkMovement(_, [input, value], [output]);
    if (output.dtype === 'int8' && !sameQuant(value.quant, output.quant)) {
      throw unsupportedError(
        'scales-differ',
        'the padding value has another scale or zero point than the output; TensorFlow Lite Micro refuses that',
      );
    }
  },
  macs: noMacs,
  float: kernel,
  int8: kernel,
});
