import type { PerTensorQuant } from '../../core/quant-params.ts';
import type { TensorType } from '../../core/tensor.ts';
import { dequantizeSteps, type SteppedData } from '../../kernels/int8/quantize.ts';
import { eachColumn } from '../columns.ts';
import { requireDType, requirePerTensor } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { inferUnary, noAttributes, noMacs, unaryLoop, unaryOperands } from '../unary.ts';

const kernel = {
  prepare: (_: unknown, [input]: readonly [TensorType]): PerTensorQuant =>
    requirePerTensor('the input', input),
  build: ({ scale, zeroPoint }: PerTensorQuant) =>
    unaryLoop<SteppedData, Float32Array>((input, output) => dequantizeSteps(scale, zeroPoint, input, output)),
};

/** int8, int16 and uint8 to float32. TFLM `DequantizeEval`. */
export const dequantize = defineOp({
  kind: 'dequantize',
  operands: unaryOperands,
  attributes: noAttributes,
  quantRule: { rule: 'boundary' },
  traits: { ...OPAQUE, columns: eachColumn },
  infer: inferUnary,
  check(_, [input], [output]) {
    requireDType('the output', output, 'float32');
    requirePerTensor('the input', input);
  },
  macs: noMacs,
  kernels: { int8: kernel, int16: kernel, uint8: kernel },
});
