import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { QuantizedDType, TensorType } from '../../core/tensor.ts';
import { clampFloat } from '../../kernels/float/elementwise.ts';
import { type Rescaling, rescaleSaturated } from '../../kernels/int8/quantize.ts';
import { requireMultiplier, requirePerTensor } from '../conditions.ts';
import { quantizedClamp } from '../fused-activation.ts';
import { defineOp } from '../op.ts';
import { ELEMENTWISE } from '../traits.ts';
import {
  checkQuantizedUnary,
  checkSymmetricUnary,
  tableKernel,
  UNARY,
  unaryFloatKernel,
  valueKernel,
} from '../unary.ts';

/** TFLM takes the ratio of the scales in float32. */
function realMultiplier(input: TensorType, output: TensorType): number {
  return Math.fround(
    requirePerTensor('the input', input).scale / requirePerTensor('the output', output).scale,
  );
}

/** TFLM `ReluQuantized`: rescales. */
function numbers(dtype: QuantizedDType) {
  return (input: TensorType, output: TensorType): Rescaling => {
    const outputQuant = requirePerTensor('the output', output);
    const { min, max } = quantizedClamp('relu', dtype, outputQuant);
    return {
      inputZeroPoint: requirePerTensor('the input', input).zeroPoint,
      outputZeroPoint: outputQuant.zeroPoint,
      multiplier: quantizeMultiplier(realMultiplier(input, output)),
      clampMin: min,
      clampMax: max,
    };
  };
}

export const relu = defineOp({
  kind: 'relu',
  ...UNARY,
  quantRule: { rule: 'free' },
  traits: {
    ...ELEMENTWISE,
    asFused: 'relu',
    bounds: 'increasing',
    crossing: () => ({ scale: 'nonnegative', shift: false }),
  },
  kernels: {
    float32: unaryFloatKernel((input, output) => clampFloat(0, Infinity, input, output)),
    int8: {
      check(attributes, [input], [output]) {
        checkQuantizedUnary(attributes, [input], [output]);
        requireMultiplier(realMultiplier(input, output));
      },
      ...tableKernel(numbers('int8'), rescaleSaturated),
    },
    int16: {
      check(attributes, [input], [output]) {
        checkSymmetricUnary(attributes, [input], [output]);
        requireMultiplier(realMultiplier(input, output));
      },
      ...valueKernel(numbers('int16'), rescaleSaturated),
    },
  },
});
