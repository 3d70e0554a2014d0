import { averagePoolFloat } from '../../kernels/float/pool.ts';
import { averagePoolQuantized } from '../../kernels/quantized/pool.ts';
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

/** Of so many int16 values the sum fits into int32, and half their number besides. */
const MOST_TAPS_INT16 = 65535;

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
    int8: poolInt8Kernel(averagePoolQuantized, 'averagePoolInt8'),
    int16: poolInt16Kernel(averagePoolQuantized, MOST_TAPS_INT16),
  },
});
