import { averagePoolFloat } from '../../kernels/float/pool.ts';
import { averagePoolInt8 } from '../../kernels/int8/pool.ts';
import { defineOp } from '../op.ts';
import { noMacs, unaryOperands } from '../unary.ts';
import {
  checkPool,
  inferPool,
  poolAttributes,
  poolFloatKernel,
  poolInt8Kernel,
  poolTaps,
  poolTraits,
} from './pool.ts';

export const averagePool2d = defineOp({
  kind: 'average_pool_2d',
  operands: unaryOperands,
  attributes: poolAttributes,
  quantRule: { rule: 'same-as-input', averages: true },
  traits: poolTraits('any'),
  infer: inferPool,
  check: checkPool,
  macs: noMacs,
  taps: poolTaps,
  kernels: {
    float32: poolFloatKernel(averagePoolFloat, 'averagePoolFloat'),
    int8: poolInt8Kernel(averagePoolInt8, 'averagePoolInt8'),
  },
});
