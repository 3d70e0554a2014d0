import { roundingDivideByPowerOfTwo, tanhQ4 } from '../../core/fixed-point.ts';
import { tanhFloat } from '../../kernels/float/elementwise.ts';
import { clamp } from '../../kernels/int8/requantize.ts';
import { defineOp } from '../op.ts';
import {
  checkUnary,
  inferUnary,
  noAttributes,
  noMacs,
  tableKernel,
  unaryFloatKernel,
  unaryOperands,
} from '../unary.ts';
import { checkQ4Scale, q4Table } from './sigmoid-int8.ts';

export const tanh = defineOp({
  kind: 'tanh',
  operands: unaryOperands,
  attributes: noAttributes,
  quantRule: { rule: 'fixed-output', scale: 1 / 128, zeroPoint: 0 },
  infer: inferUnary,
  // TFLM checks neither scale nor zero point of the output: 1/128 and 0 are computed whatever it says.
  check(attributes, inputs, outputs) {
    checkUnary(attributes, inputs, outputs);
    if (inputs[0].dtype === 'int8') checkQ4Scale(inputs[0]);
  },
  macs: noMacs,
  float: unaryFloatKernel(tanhFloat),
  int8: tableKernel((input) =>
    q4Table(input, (q4) => clamp(roundingDivideByPowerOfTwo(tanhQ4(q4), 24), -128, 127)),
  ),
});
