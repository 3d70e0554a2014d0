import type { TensorData } from '../../core/tensor.ts';
import type { Elements } from '../../kernels/move.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { checkUnary, inferUnary, noAttributes, noMacs, unaryOperands } from '../unary.ts';

const kernel = {
  prepare: () => undefined,
  build: () => ({
    run(_: readonly TensorData[], [output]: readonly [Elements]): void {
      output.fill(0);
    },
  }),
};

/** A tensor of the same shape that holds 0: TFLM writes the raw number, whatever the zero point. */
export const zerosLike = defineOp({
  kind: 'zeros_like',
  operands: unaryOperands,
  attributes: noAttributes,
  quantRule: { rule: 'fixed-output', outputs: { int8: { scale: 1 / 128, zeroPoint: 0 } } },
  traits: { ...OPAQUE, bounds: 'increasing' },
  infer: inferUnary,
  check: checkUnary,
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel, int32: kernel },
});
