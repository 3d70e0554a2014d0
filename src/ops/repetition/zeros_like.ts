import type { TensorData } from '../../core/tensor.ts';
import type { Elements } from '../../kernels/move.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { UNARY } from '../unary.ts';

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
  ...UNARY,
  quantRule: { rule: 'fixed-output', outputs: { int8: { scale: 1 / 128, zeroPoint: 0 } } },
  traits: { ...OPAQUE, bounds: 'increasing' },
  kernels: { float32: kernel, int8: kernel, int32: kernel },
});
