import { logisticFloat } from '../../kernels/float/elementwise.ts';
import { logisticValue } from '../../kernels/int8/one-value/q4-function.ts';
import { sigmoidInt16 } from '../../kernels/int16/sigmoid.ts';
import { defineOp } from '../op.ts';
import { ELEMENTWISE } from '../traits.ts';
import { functionFloatKernel, UNARY } from '../unary.ts';
import { q4Kernel } from './sigmoid-int8.ts';
import { sigmoidTableKernel } from './sigmoid-int16.ts';

/** Scales of 2^−12. */
const EXACT_POWERS = [-12];

export const logistic = defineOp({
  kind: 'logistic',
  ...UNARY,
  quantRule: {
    rule: 'fixed-output',
    outputs: { int8: { scale: 1 / 256, zeroPoint: -128 }, int16: { scale: 1 / 32768, zeroPoint: 0 } },
    // 1 − σ(x) = 1/512
    settledAt: Math.log(511),
  },
  traits: ELEMENTWISE,
  kernels: {
    float32: functionFloatKernel('logistic', logisticFloat),
    int8: q4Kernel(logisticValue),
    int16: sigmoidTableKernel(EXACT_POWERS, sigmoidInt16),
  },
});
