import type { PerTensorQuant } from '../../core/quant-params.ts';
import { dequantizeInt8 } from '../../kernels/int8/quantize.ts';
import { requireDType, requirePerTensor } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { inferUnary, noAttributes, noMacs, unaryLoop, unaryOperands } from '../unary.ts';

/** int8 to float32. */
export const dequantize = defineOp({
  kind: 'dequantize',
  operands: unaryOperands,
  attributes: noAttributes,
  quantRule: { rule: 'boundary' },
  traits: OPAQUE,
  infer: inferUnary,
  check(_, [input], [output]) {
    requireDType('the output', output, 'float32');
    requirePerTensor('the input', input);
  },
  macs: noMacs,
  kernels: {
    int8: {
      prepare: (_, [input]): PerTensorQuant => requirePerTensor('the input', input),
      build: ({ scale, zeroPoint }) =>
        unaryLoop<Int8Array, Float32Array>((input, output) =>
          dequantizeInt8(scale, zeroPoint, input, output),
        ),
    },
  },
});
