import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { PerTensorQuant } from '../../core/quant-params.ts';
import type { TensorType } from '../../core/tensor.ts';
import { lookupUint8, uint8Table } from '../../kernels/int8/lookup.ts';
import { quantizeFloat, type RescaledByte, rescaleByte } from '../../kernels/int8/quantize.ts';
import { requireDType, requireMultiplier, requirePerTensor } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { inferUnary, noAttributes, noMacs, tableLoop, unaryLoop, unaryOperands } from '../unary.ts';

type Types = readonly [TensorType];

/** What one byte to another of another scale, signed or not, takes. */
const rescaling = {
  check(_: unknown, [input]: Types, [output]: readonly TensorType[]): void {
    const { scale } = requirePerTensor('the output', output);
    requireMultiplier(requirePerTensor('the input', input).scale / scale);
  },
  prepare(_: unknown, [inputType]: Types, [outputType]: readonly TensorType[]): RescaledByte {
    const input = requirePerTensor('the input', inputType);
    const output = requirePerTensor('the output', outputType);
    return {
      inputZeroPoint: input.zeroPoint,
      outputZeroPoint: output.zeroPoint,
      multiplier: quantizeMultiplier(input.scale / output.scale),
      ...(outputType.dtype === 'uint8' ? { clampMin: 0, clampMax: 255 } : { clampMin: -128, clampMax: 127 }),
    };
  },
};

/** float32 to int8, int8 to int8 of another scale, uint8 to int8 and int8 to uint8. */
export const quantize = defineOp({
  kind: 'quantize',
  operands: unaryOperands,
  attributes: noAttributes,
  quantRule: { rule: 'boundary' },
  traits: OPAQUE,
  infer: inferUnary,
  check(_, [input], [output]) {
    if (input.dtype === 'int8') requireDType('the output', output, 'int8', 'uint8');
    else requireDType('the output', output, 'int8');
    requirePerTensor('the output', output);
  },
  macs: noMacs,
  kernels: {
    float32: {
      prepare: (_, __, [output]): PerTensorQuant => requirePerTensor('the output', output),
      build: ({ scale, zeroPoint }) =>
        unaryLoop<Float32Array, Int8Array>((input, output) => quantizeFloat(scale, zeroPoint, input, output)),
    },
    int8: { ...rescaling, build: (prepared) => tableLoop((value) => rescaleByte(prepared, value)) },
    uint8: {
      ...rescaling,
      build(prepared) {
        const table = uint8Table((value) => rescaleByte(prepared, value));
        return unaryLoop<Uint8Array, Int8Array>((input, output) => lookupUint8(table, input, output));
      },
    },
  },
});
