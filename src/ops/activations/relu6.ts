import { QUANTIZED_LIMITS, type QuantizedDType, type TensorType } from '../../core/tensor.ts';
import { clampFloat } from '../../kernels/float/elementwise.ts';
import { quantizeValue } from '../../kernels/int8/quantize.ts';
import { type Relu6Quantized, relu6Value } from '../../kernels/quantized/relu6.ts';
import { requirePerTensor } from '../conditions.ts';
import { requireLimitSteps } from '../fused-activation.ts';
import { defineOp } from '../op.ts';
import { ELEMENTWISE } from '../traits.ts';
import { checkQuantizedUnary, tableKernel, UNARY, unaryFloatKernel, valueKernel } from '../unary.ts';

/** 6 is counted in steps of the input. */
function checkSix(_: unknown, [input]: readonly [TensorType], [output]: readonly TensorType[]): void {
  checkQuantizedUnary(_, [input], [output]);
  requireLimitSteps('relu6', input);
}

function numbers(dtype: QuantizedDType) {
  return (input: TensorType): Relu6Quantized => {
    const { scale, zeroPoint } = requirePerTensor('the input', input);
    return { zeroPoint, six: quantizeValue(6, scale, zeroPoint, QUANTIZED_LIMITS[dtype]) };
  };
}

export const relu6 = defineOp({
  kind: 'relu6',
  ...UNARY,
  // TFLM's kernel does not rescale: only equal parameters give the right result.
  quantRule: { rule: 'same-as-input' },
  traits: { ...ELEMENTWISE, asFused: 'relu6', bounds: 'increasing' },
  kernels: {
    float32: unaryFloatKernel((input, output) => clampFloat(0, 6, input, output)),
    int8: { check: checkSix, ...tableKernel(numbers('int8'), relu6Value) },
    int16: { check: checkSix, ...valueKernel(numbers('int16'), relu6Value) },
  },
});
