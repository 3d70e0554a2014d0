import * as z from 'zod';
import { elementBytes, type TensorData, type TensorType } from '../../../core/tensor.ts';
import { moveLoop } from '../../../kernels/move.ts';
import { planMoves } from '../../../kernels/simd/move.ts';
import type { SimdPlan } from '../../../kernels/simd/simd-plan.ts';
import { requirePerTensor } from '../../conditions.ts';
import { type ConstantOr, defineOp } from '../../op.ts';
import { crossingIf, OPAQUE } from '../../traits.ts';
import { noMacs, unaryLoop, unaryOperands } from '../../unary.ts';
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

export interface Pad extends Padded {
  /** Of the padding. */
  readonly value: number;
}

/** The kernel that pads with what stands for the real number 0; of int16 and int32 TFLM takes the raw 0, whatever it stands for. */
function padKernel(zeroOf: (output: TensorType) => number) {
  return {
    prepare(
      { paddings }: { paddings: readonly Padding[] },
      [{ shape }]: readonly [TensorType],
      [output]: readonly TensorType[],
    ): Pad {
      return { shape, paddings, value: zeroOf(output) };
    },
    build(pad: Pad) {
      const move = moveLoop(padMove(pad));
      return unaryLoop<Int8Array, Int8Array>((input, output) => move(pad.value, [input], output));
    },
    simd(
      pad: Pad,
      [input]: readonly [ConstantOr<TensorData>],
      [output]: readonly TensorType[],
    ): SimdPlan | undefined {
      // Of wider types than int8 it is 0.
      return input === 'computed'
        ? planMoves([padMove(pad)], elementBytes(output.dtype), pad.value)
        : undefined;
    },
  };
}

function carriesChannels(_: unknown, input: readonly number[], output: readonly number[]): boolean {
  return input.at(-1) === output.at(-1);
}

export const pad = defineOp({
  kind: 'pad',
  operands: unaryOperands,
  attributes: z.strictObject({ paddings: paddingsSchema }),
  quantRule: { rule: 'same-as-input' },
  traits: {
    ...OPAQUE,
    bounds: 'increasing',
    carriesChannels,
    isIdentity: addsNothing,
    columns: paddedColumns,
    crossing({ paddings }, rank) {
      const [before, after] = paddings[rank - 1];
      return crossingIf(before + after === 0, { scale: 'any', shift: false });
    },
  },
  infer: ({ paddings }, [input]) => [inferPadded(paddings, input)],
  check: checkMovement,
  macs: noMacs,
  kernels: {
    float32: padKernel(() => 0),
    int8: {
      check(_, __, [output]) {
        requirePerTensor('the output', output);
      },
      ...padKernel((output) => requirePerTensor('the output', output).zeroPoint),
    },
    int16: padKernel(() => 0),
    int32: padKernel(() => 0),
  },
});
