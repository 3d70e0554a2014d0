import { quantizeMultiplier } from '../../core/fixed-point.ts';
import { QUANTIZED_LIMITS, type QuantizedDType, type TensorType } from '../../core/tensor.ts';
import { type AbsQuantized, absValue } from '../../kernels/quantized/abs.ts';
import { requireMultiplier, requirePerTensor } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { ELEMENTWISE } from '../traits.ts';
import { checkQuantizedUnary, checkSymmetricUnary, tableKernel, UNARY, valueKernel } from '../unary.ts';
import { realKernel } from './real-function.ts';

/** TFLM divides in float32. */
function realMultiplier(input: TensorType, output: TensorType): number {
  const from = requirePerTensor('the input', input).scale;
  return Math.fround(from / requirePerTensor('the output', output).scale);
}

function numbers(dtype: QuantizedDType) {
  const { min, max } = QUANTIZED_LIMITS[dtype];
  return (inputType: TensorType, outputType: TensorType): AbsQuantized => {
    const input = requirePerTensor('the input', inputType);
    const output = requirePerTensor('the output', outputType);
    return {
      inputZeroPoint: input.zeroPoint,
      outputZeroPoint: output.zeroPoint,
      multiplier:
        input.scale === output.scale ? undefined : quantizeMultiplier(realMultiplier(inputType, outputType)),
      clampMin: min,
      clampMax: max,
    };
  };
}

export const abs = defineOp({
  kind: 'abs',
  ...UNARY,
  quantRule: { rule: 'free' },
  traits: ELEMENTWISE,
  kernels: {
    float32: realKernel(Math.abs),
    int8: {
      check(attributes, [input], [output]) {
        checkQuantizedUnary(attributes, [input], [output]);
        requireMultiplier(realMultiplier(input, output));
      },
      ...tableKernel(numbers('int8'), absValue),
    },
    int16: {
      check(attributes, [input], [output]) {
        checkSymmetricUnary(attributes, [input], [output]);
        requireMultiplier(realMultiplier(input, output));
      },
      ...valueKernel(numbers('int16'), absValue),
    },
  },
});
