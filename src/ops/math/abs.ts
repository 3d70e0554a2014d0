import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { TensorType } from '../../core/tensor.ts';
import { type AbsInt8, absValue } from '../../kernels/int8/one-value/abs.ts';
import { requireMultiplier, requirePerTensor } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { ELEMENTWISE } from '../traits.ts';
import {
  checkQuantizedUnary,
  checkUnary,
  inferUnary,
  noAttributes,
  noMacs,
  tableKernel,
  unaryOperands,
} from '../unary.ts';
import { realKernel } from './real-function.ts';

/** TFLM divides in float32. */
function realMultiplier(input: TensorType, output: TensorType): number {
  const from = requirePerTensor('the input', input).scale;
  return Math.fround(from / requirePerTensor('the output', output).scale);
}

export const abs = defineOp({
  kind: 'abs',
  operands: unaryOperands,
  attributes: noAttributes,
  quantRule: { rule: 'free' },
  traits: ELEMENTWISE,
  infer: inferUnary,
  check: checkUnary,
  macs: noMacs,
  kernels: {
    float32: realKernel(Math.abs),
    int8: {
      check(attributes, [input], [output]) {
        checkQuantizedUnary(attributes, [input], [output]);
        requireMultiplier(realMultiplier(input, output));
      },
      ...tableKernel((inputType, outputType): AbsInt8 => {
        const input = requirePerTensor('the input', inputType);
        const output = requirePerTensor('the output', outputType);
        return {
          inputZeroPoint: input.zeroPoint,
          outputZeroPoint: output.zeroPoint,
          multiplier:
            input.scale === output.scale
              ? undefined
              : quantizeMultiplier(realMultiplier(inputType, outputType)),
        };
      }, absValue),
    },
  },
});
