import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { TensorType } from '../../core/tensor.ts';
import { clampFloat } from '../../kernels/float/elementwise.ts';
import { type ReluInt8, reluValue } from '../../kernels/int8/one-value/relu.ts';
import { requireMultiplier, requirePerTensor } from '../conditions.ts';
import { quantizedClamp } from '../fused-activation.ts';
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

/** TFLM takes the ratio of the scales in float32. */
function realMultiplier(input: TensorType, output: TensorType): number {
  return Math.fround(
    requirePerTensor('the input', input).scale / requirePerTensor('the output', output).scale,
  );
}

export const relu = defineOp({
  kind: 'relu',
  operands: unaryOperands,
  attributes: noAttributes,
  quantRule: { rule: 'free' },
  traits: {
    ...ELEMENTWISE,
    asFused: 'relu',
    bounds: 'increasing',
    crossing: () => ({ scale: 'nonnegative', shift: false }),
  },
  infer: inferUnary,
  check: checkUnary,
  macs: noMacs,
  kernels: {
    float32: unaryFloatKernel((input, output) => clampFloat(0, Infinity, input, output)),
    int8: {
      check(attributes, [input], [output]) {
        checkQuantizedUnary(attributes, [input], [output]);
        requireMultiplier(realMultiplier(input, output));
      },
      ...tableKernel((input, output): ReluInt8 => {
        const outputQuant = requirePerTensor('the output', output);
        const { min, max } = quantizedClamp('relu', 'int8', outputQuant);
        return {
          inputZeroPoint: requirePerTensor('the input', input).zeroPoint,
          outputZeroPoint: outputQuant.zeroPoint,
          multiplier: quantizeMultiplier(realMultiplier(input, output)),
          clampMin: min,
          clampMax: max,
        };
      }, reluValue),
    },
  },
});
