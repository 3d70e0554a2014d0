import type { PerTensorQuant } from '../../core/quant-params.ts';
import { dequantizeInt8 } from '../../kernels/int8/quantize.ts';
import { requireDType, requirePerTensor } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { inferUnary, noAttributes, noMacs, unaryOperands } from '../unary.ts';

/** int8 to float32. */
export const dequantize = defineOp({
  kind: 'dequantize',
  operands: unaryOperands,
  attributes: noAttributes,
  quantRule: { rule: 'boundary' },
  infer: inferUnary,
  check(_, [input], [output]) {
    requireDType('the input', input, 'int8');
    requireDType('the output', output, 'float32');
    requirePerTensor('the input', input);
  },
  macs: noMacs,
  int8: {
    prepare(_, [input]): PerTensorQuant {
      return requirePerTensor('the input', input);
    },
    run({ scale, zeroPoint }, [input]: readonly [Int8Array], [output]: readonly [Float32Array]) {
      dequantizeInt8(scale, zeroPoint, input, output);
    },
  },
});
