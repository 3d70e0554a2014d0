import { clampFloat } from '../../kernels/float/elementwise.ts';
import { type Relu6Int8, relu6Value } from '../../kernels/int8/one-value/relu.ts';
import { quantizeValue } from '../../kernels/int8/quantize.ts';
import { requirePerTensor } from '../conditions.ts';
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
} from '../unary.ts';

export const relu6 = defineOp({
  kind: 'relu6',
  operands: unaryOperands,
  attributes: noAttributes,
  // TFLM's kernel does not rescale: only equal parameters give the right result.
  quantRule: { rule: 'same-as-input' },
  traits: { ...ELEMENTWISE, asFused: 'relu6', bounds: 'increasing' },
  infer: inferUnary,
  check: checkUnary,
  macs: noMacs,
  kernels: {
    float32: unaryFloatKernel((input, output) => clampFloat(0, 6, input, output)),
    int8: {
      check: checkQuantizedUnary,
      ...tableKernel((input): Relu6Int8 => {
        const { scale, zeroPoint } = requirePerTensor('the input', input);
        return { zeroPoint, six: quantizeValue(6, scale, zeroPoint) };
      }, relu6Value),
    },
  },
});
