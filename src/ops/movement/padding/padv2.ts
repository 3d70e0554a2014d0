import * as z from 'zod';
import { unsupportedError } from '../../../core/errors.ts';
import { sameQuant } from '../../../core/quant-params.ts';
import { elementCount, formatShape, type TensorType } from '../../../core/tensor.ts';
import { moveLoop } from '../../../kernels/move.ts';
import { shapeError } from '../../conditions.ts';
import { defineOp } from '../../op.ts';
import { OPAQUE } from '../../traits.ts';
import { binaryLoop, noMacs } from '../../unary.ts';
import { checkMovement } from '../movement.ts';
import {
  addsNothing,
  inferPadded,
  type Padded,
  type Padding,
  paddedColumns,
  paddingsSchema,
  padMove,
} from './padding.ts';

/** Pads with `value`, which is in the output's parameters. */
const kernel = {
  prepare({ paddings }: { paddings: readonly Padding[] }, [{ shape }]: readonly TensorType[]): Padded {
    return { shape, paddings };
  },
  build(padded: Padded) {
    const move = moveLoop(padMove(padded));
    return binaryLoop<Int8Array, Int8Array, Int8Array>((input, value, output) =>
      move(value[0], [input], output),
    );
  },
};

export const padv2 = defineOp({
  kind: 'padv2',
  operands: ['input', 'value'],
  attributes: z.strictObject({ paddings: paddingsSchema }),
  quantRule: { rule: 'same-as-output' },
  traits: { ...OPAQUE, isIdentity: addsNothing, columns: paddedColumns },
  infer({ paddings }, [input, value]) {
    if (elementCount(value) !== 1) {
      throw shapeError(`the padding value has shape ${formatShape(value)} instead of one element`);
    }
    return [inferPadded(paddings, input)];
  },
  check(_, [input, value], [output]) {
    checkMovement(_, [input, value], [output]);
  },
  macs: noMacs,
  kernels: {
    float32: kernel,
    int8: {
      check(_, [, value], [output]) {
        if (sameQuant(value.quant, output.quant)) return;
        throw unsupportedError(
          'scales-differ',
          'the padding value has another scale or zero point than the output; TensorFlow Lite Micro refuses that',
        );
      },
      ...kernel,
    },
    // TFLM notices no difference of scales here.
    int16: kernel,
    int32: kernel,
  },
});
