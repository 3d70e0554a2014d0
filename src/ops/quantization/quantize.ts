import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { PerTensorQuant } from '../../core/quant-params.ts';
import { quantizeFloat, type RescaleInt8, rescaleValue } from '../../kernels/int8/quantize.ts';
import { clamp } from '../../kernels/int8/requantize.ts';
import { requireDType, requireMultiplier, requirePerTensor } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { inferUnary, noAttributes, noMacs, tableLoop, unaryLoop, unaryOperands } from '../unary.ts';

/** float32 to int8, or int8 to int8 of another scale. */
export const quantize = defineOp({
  kind: 'quantize',
  operands: unaryOperands,
  attributes: noAttributes,
  quantRule: { rule: 'boundary' },
  traits: OPAQUE,
  infer: inferUnary,
  check(_, __, [output]) {
    requireDType('the output', output, 'int8');
    requirePerTensor('the output', output);
  },
  macs: noMacs,
  kernels: {
    float32: {
      prepare: (_, __, [output]): PerTensorQuant => requirePerTensor('the output', output),
      build: ({ scale, zeroPoint }) =>
        unaryLoop<Float32Array, Int8Array>((input, output) => quantizeFloat(scale, zeroPoint, input, output)),
    },
    int8: {
      check(_, [input], [output]) {
        const { scale } = requirePerTensor('the output', output);
        requireMultiplier(requirePerTensor('the input', input).scale / scale);
      },
      prepare(_, [inputType], [outputType]): RescaleInt8 {
        const input = requirePerTensor('the input', inputType);
        const output = requirePerTensor('the output', outputType);
        return {
          inputZeroPoint: input.zeroPoint,
          outputZeroPoint: output.zeroPoint,
          multiplier: quantizeMultiplier(input.scale / output.scale),
        };
      },
      build: (prepared) => tableLoop((value) => clamp(rescaleValue(prepared, value), -128, 127)),
    },
  },
});
