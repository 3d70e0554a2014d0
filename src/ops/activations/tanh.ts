import { tanhFloat } from '../../kernels/float/elementwise.ts';
import { tanhValue } from '../../kernels/int8/one-value/q4-function.ts';
import { tanhInt16 } from '../../kernels/int16/sigmoid.ts';
import { defineOp } from '../op.ts';
import { ELEMENTWISE } from '../traits.ts';
import { functionFloatKernel, UNARY } from '../unary.ts';
import { q4Kernel } from './sigmoid-int8.ts';
import { sigmoidTableKernel } from './sigmoid-int16.ts';

/** Scales of 2^−12 and 2^−11. */
const EXACT_POWERS = [-12, -11];

export const tanh = defineOp({
  kind: 'tanh',
  ...UNARY,
  quantRule: {
    rule: 'fixed-output',
    outputs: { int8: { scale: 1 / 128, zeroPoint: 0 }, int16: { scale: 1 / 32768, zeroPoint: 0 } },
    // 1 − tanh(x) = 1/256
    settledAt: Math.log(511) / 2,
  },
  traits: ELEMENTWISE,
  kernels: {
    float32: functionFloatKernel('tanh', tanhFloat),
    int8: q4Kernel(tanhValue),
    int16: sigmoidTableKernel(EXACT_POWERS, tanhInt16),
  },
});
