import { clampFloat } from '../../kernels/float/elementwise.ts';
import { int8Table } from '../../kernels/int8/lookup.ts';
import { quantizeValue } from '../../kernels/int8/quantize.ts';
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

export const relu6 = defineOp({
  kind: 'relu6',
  operands: unaryOperands,
  attributes: noAttributes,
  // TFLM's kernel does not rescale: only equal parameters give the right result.
  quantRule: { rule: 'same-as-input' },
  infer: inferUnary,
  check: checkUnary,
  macs: noMacs,
  float: unaryFloatKernel((input, output) => clampFloat(0, 6, input, output)),
  /** TFLM `Relu6Quantized`: clamps in the input's parameters and copies, whatever the output's are. */
  int8: tableKernel((inputType) => {
    const { scale, zeroPoint } = requirePerTensor('the input', inputType);
    const six = quantizeValue(6, scale, zeroPoint);
    return int8Table((value) => clamp(value, zeroPoint, six));
  }),
});
