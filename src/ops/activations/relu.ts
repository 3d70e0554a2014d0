import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { TensorType } from '../../core/tensor.ts';
import { clampFloat } from '../../kernels/float/elementwise.ts';
import { int8Table } from '../../kernels/int8/lookup.ts';
import { rescaleValue } from '../../kernels/int8/quantize.ts';
import { clamp } from '../../kernels/int8/requantize.ts';
import { requireMultiplier, requirePerTensor } from '../conditions.ts';
import { int8Clamp } from '../fused-activation.ts';
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
  infer: inferUnary,
  check(attributes, [input], [output]) {
    checkUnary(attributes, [input], [output]);
    if (input.dtype === 'int8') requireMultiplier(realMultiplier(input, output));
  },
  macs: noMacs,
  float: unaryFloatKernel((input, output) => clampFloat(0, Infinity, input, output)),
  /** TFLM `ReluQuantized`: rescales. */
  int8: tableKernel((inputType, outputType) => {
    const input = requirePerTensor('the input', inputType);
    const output = requirePerTensor('the output', outputType);
    const { min, max } = int8Clamp('relu', output);
    const rescale = {
      inputZeroPoint: input.zeroPoint,
      outputZeroPoint: output.zeroPoint,
      multiplier: quantizeMultiplier(realMultiplier(inputType, outputType)),
    };
    return int8Table((value) => clamp(rescaleValue(rescale, value), min, max));
  }),
});
