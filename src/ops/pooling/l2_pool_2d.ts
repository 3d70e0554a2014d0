import { l2PoolFloat } from '../../kernels/float/pool.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { noMacs, unaryOperands } from '../unary.ts';
import { checkPool, inferPool, poolAttributes, poolColumns, poolFloatKernel, poolTaps } from './pool.ts';

/** The root of the mean square of every window; TFLM has it in float32 only. */
export const l2Pool2d = defineOp({
  kind: 'l2_pool_2d',
  operands: unaryOperands,
  attributes: poolAttributes,
  quantRule: { rule: 'real' },
  traits: { ...OPAQUE, clamps: true, carriesChannels: () => true, columns: poolColumns },
  infer: inferPool,
  check: checkPool,
  macs: noMacs,
  taps: poolTaps,
  kernels: { float32: poolFloatKernel(l2PoolFloat) },
});
