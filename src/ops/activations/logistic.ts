import { logisticFloat } from '../../kernels/float/elementwise.ts';
import { logisticValue } from '../../kernels/int8/one-value/q4-function.ts';
import { sigmoidInt16 } from '../../kernels/int16/sigmoid.ts';
import { defineOp } from '../op.ts';
import { ELEMENTWISE } from '../traits.ts';
import {
  checkQuantizedUnary,
  checkUnary,
  inferUnary,
  noAttributes,
  noMacs,
  tableKernel,
  unaryFloatKernel,
  unaryOperands,
  valueKernel,
} from '../unary.ts';
import { checkQ4Scale, prepareQ4 } from './sigmoid-int8.ts';
import { checkInt16Argument, int16Argument } from './sigmoid-int16.ts';

/** Scales of 2^−12. */
const EXACT_POWERS = [-12];

export const logistic = defineOp({
  kind: 'logistic',
  operands: unaryOperands,
  attributes: noAttributes,
  quantRule: {
    rule: 'fixed-output',
    outputs: { int8: { scale: 1 / 256, zeroPoint: -128 }, int16: { scale: 1 / 32768, zeroPoint: 0 } },
    // 1 − σ(x) = 1/512
    settledAt: Math.log(511),
  },
  traits: ELEMENTWISE,
  infer: inferUnary,
  check: checkUnary,
  macs: noMacs,
  kernels: {
    float32: unaryFloatKernel(logisticFloat),
    int8: {
      check(attributes, [input], [output]) {
        checkQuantizedUnary(attributes, [input], [output]);
        checkQ4Scale(input);
      },
      ...tableKernel(prepareQ4, logisticValue),
    },
    int16: {
      check: checkInt16Argument,
      ...valueKernel((input) => int16Argument(input, EXACT_POWERS), sigmoidInt16),
    },
  },
});
