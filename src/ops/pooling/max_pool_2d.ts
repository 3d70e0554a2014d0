import { maxPoolFloat } from '../../kernels/float/pool.ts';
import { maxPoolQuantized } from '../../kernels/quantized/pool.ts';
import { defineOp } from '../op.ts';
import { noMacs, unaryOperands } from '../unary.ts';
import {
  checkPool,
  inferPool,
  poolAttributes,
  poolFloatKernel,
  poolInt8Kernel,
  poolInt16Kernel,
  poolTaps,
  poolTraits,
} from './pool.ts';

export const maxPool2d = defineOp({
  kind: 'max_pool_2d',
  operands: unaryOperands,
  attributes: poolAttributes,
  quantRule: { rule: 'same-as-input' },
  traits: poolTraits('nonnegative'),
  infer: inferPool,
  check: checkPool,
  macs: noMacs,
  taps: poolTaps,
  kernels: {
    float32: poolFloatKernel(maxPoolFloat, 'maxPoolFloat'),
    int8: poolInt8Kernel(maxPoolQuantized, 'maxPoolInt8'),
    int16: poolInt16Kernel(maxPoolQuantized),
  },
});
