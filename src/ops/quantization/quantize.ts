import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { PerTensorQuant } from '../../core/quant-params.ts';
import { type Int8Table, int8Table, lookupInt8 } from '../../kernels/int8/lookup.ts';
import { quantizeFloat, rescaleValue } from '../../kernels/int8/quantize.ts';
import { clamp } from '../../kernels/int8/requantize.ts';
import { requireDType, requireMultiplier, requirePerTensor } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { inferUnary, noAttributes, noMacs, unaryOperands } from '../unary.ts';

/** float32 to int8, or int8 to int8 of another scale. */
export const quantize = defineOp({
  kind: 'quantize',
  operands: unaryOperands,
  attributes: noAttributes,
  quantRule: { rule: 'boundary' },
  infer: inferUnary,
  check(_, [input], [output]) {
    requireDType('the input', input, 'float32', 'int8');
    requireDType('the output', output, 'int8');
    const { scale } = requirePerTensor('the output', output);
    if (input.dtype === 'int8') requireMultiplier(requirePerTensor('the input', input).scale / scale);
  },
  macs: noMacs,
  float: {
    prepare(_, __, [output]): PerTensorQuant {
      return requirePerTensor('the output', output);
    },
    run({ scale, zeroPoint }, [input]: readonly [Float32Array], [output]: readonly [Int8Array]) {
      quantizeFloat(scale, zeroPoint, input, output);
    },
  },
  int8: {
    prepare(_, [inputType], [outputType]): Int8Table {
      const input = requirePerTensor('the input', inputType);
      const output = requirePerTensor('the output', outputType);
      const rescale = {
        inputZeroPoint: input.zeroPoint,
        outputZeroPoint: output.zeroPoint,
        multiplier: quantizeMultiplier(input.scale / output.scale),
      };
      return int8Table((value) => clamp(rescaleValue(rescale, value), -128, 127));
    },
    run(table, [input]: readonly [Int8Array], [output]: readonly [Int8Array]) {
      lookupInt8(table, input, output);
    },
  },
});
