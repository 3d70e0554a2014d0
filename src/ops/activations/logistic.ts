import { unsupportedError } from '../../core/errors.ts';
import { logisticQ4, roundingDivideByPowerOfTwo } from '../../core/fixed-point.ts';
import { logisticFloat } from '../../kernels/float/elementwise.ts';
import { clamp } from '../../kernels/int8/requantize.ts';
import { requirePerTensor } from '../conditions.ts';
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

export const logistic = defineOp({
  kind: 'logistic',
  operands: unaryOperands,
  attributes: noAttributes,
  quantRule: { rule: 'fixed-output', scale: 1 / 256, zeroPoint: -128 },
  infer: inferUnary,
  check(attributes, inputs, [output]) {
    checkUnary(attributes, inputs, [output]);
    if (output.dtype !== 'int8') return;
    checkQ4Scale(inputs[0]);
    // TFLM looks at the zero point and takes the scale for granted.
    if (requirePerTensor('the output', output).zeroPoint !== -128) {
      throw unsupportedError('fixed-quantization', 'the output of LOGISTIC must have zero point -128');
    }
  },
  macs: noMacs,
  float: unaryFloatKernel(logisticFloat),
  int8: tableKernel((input) =>
    q4Table(input, (q4) => clamp(roundingDivideByPowerOfTwo(logisticQ4(q4), 23) - 128, -128, 127)),
  ),
});
