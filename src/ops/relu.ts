import { quantizeMultiplier } from '../core/fixed-point.ts';
import { clampFloat } from '../kernels/float/elementwise.ts';
import { int8Table } from '../kernels/int8/lookup.ts';
import { rescaleValue } from '../kernels/int8/quantize.ts';
import { clamp } from '../kernels/int8/requantize.ts';
import { int8Clamp } from './activation.ts';
import { requirePerTensor } from './check.ts';
import { defineOp } from './op.ts';
import {
  checkUnary,
  inferUnary,
  noAttributes,
  noMacs,
  tableKernel,
  unaryFloatKernel,
  unaryOperands,
} from './unary.ts';

export const relu = defineOp({
  kind: 'relu',
  operands: unaryOperands,
  attributes: noAttributes,
  quantRule: { rule: 'free' },
  infer: inferUnary,
  check: checkUnary,
  macs: noMacs,
  float: unaryFloatKernel((input, output) => clampFloat(0, Infinity, input, output)),
  /** TFLM `ReluQuantized`: rescales, the ratio of the scales taken in float32. */
  int8: tableKernel((inputType, outputType) => {
    const input = requirePerTensor('the input', inputType);
    const output = requirePerTensor('the output', outputType);
    const { min, max } = int8Clamp('relu', output);
    const rescale = {
      inputZeroPoint: input.zeroPoint,
      outputZeroPoint: output.zeroPoint,
      multiplier: quantizeMultiplier(Math.fround(input.scale / output.scale)),
    };
    return int8Table((value) => clamp(rescaleValue(rescale, value), min, max));
  }),
});
