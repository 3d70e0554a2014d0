import { tanhFloat } from '../../kernels/float/elementwise.ts';
import { tanhValue } from '../../kernels/int8/one-value/q4-function.ts';
import { tanhInt16 } from '../../kernels/int16/sigmoid.ts';
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

/** Scales of 2^−12 and 2^−11. */
const EXACT_POWERS = [-12, -11];

export const tanh = defineOp({
  kind: 'tanh',
  operands: unaryOperands,
  attributes: noAttributes,
  quantRule: {
    rule: 'fixed-output',
    outputs: { int8: { scale: 1 / 128, zeroPoint: 0 }, int16: { scale: 1 / 32768, zeroPoint: 0 } },
    // 1 − tanh(x) = 1/256
    settledAt: Math.log(511) / 2,
  },
  traits: ELEMENTWISE,
  infer: inferUnary,
  check: checkUnary,
  macs: noMacs,
  kernels: {
    float32: unaryFloatKernel(tanhFloat),
    // TFLM checks neither scale nor zero point of the output: 1/128 and 0 are computed whatever it says.
    int8: {
      check(attributes, [input], [output]) {
        checkQuantizedUnary(attributes, [input], [output]);
        checkQ4Scale(input);
      },
      ...tableKernel(prepareQ4, tanhValue),
    },
    int16: {
      check: checkInt16Argument,
      ...valueKernel((input) => int16Argument(input, EXACT_POWERS), tanhInt16),
    },
  },
});
