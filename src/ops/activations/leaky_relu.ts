import * as z from 'zod';
import { quantizeMultiplier } from '../../core/fixed-point.ts';
import { QUANTIZED_LIMITS, type QuantizedDType, type TensorType } from '../../core/tensor.ts';
import { leakyReluFloat } from '../../kernels/float/elementwise.ts';
import { type LeakyReluQuantized, leakyReluValue } from '../../kernels/quantized/leaky_relu.ts';
import { requireMultiplier, requirePerTensor } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { ELEMENTWISE } from '../traits.ts';
import {
  checkQuantizedUnary,
  checkUnary,
  inferUnary,
  noMacs,
  tableLoop,
  unaryLoop,
  unaryOperands,
  valueLoop,
} from '../unary.ts';

const f = Math.fround;

/** TFLM computes both in float32. */
function realMultipliers(
  alpha: number,
  input: TensorType,
  output: TensorType,
): { identity: number; alpha: number } {
  const inputScale = requirePerTensor('the input', input).scale;
  const outputScale = requirePerTensor('the output', output).scale;
  return { identity: f(inputScale / outputScale), alpha: f(f(inputScale * f(alpha)) / outputScale) };
}

type Attributes = { readonly alpha: number };

function numbers(dtype: QuantizedDType) {
  const { min, max } = QUANTIZED_LIMITS[dtype];
  return {
    check({ alpha }: Attributes, [input]: readonly [TensorType], [output]: readonly TensorType[]): void {
      checkQuantizedUnary(undefined, [input], [output]);
      const real = realMultipliers(alpha, input, output);
      requireMultiplier(real.identity);
      requireMultiplier(Math.abs(real.alpha));
    },
    prepare(
      { alpha }: Attributes,
      [input]: readonly [TensorType],
      [output]: readonly TensorType[],
    ): LeakyReluQuantized {
      const real = realMultipliers(alpha, input, output);
      return {
        inputZeroPoint: requirePerTensor('the input', input).zeroPoint,
        outputZeroPoint: requirePerTensor('the output', output).zeroPoint,
        identity: quantizeMultiplier(real.identity),
        alpha: quantizeMultiplier(Math.abs(real.alpha)),
        alphaSign: real.alpha < 0 ? -1 : 1,
        clampMin: min,
        clampMax: max,
      };
    },
  };
}

export const leakyRelu = defineOp({
  kind: 'leaky_relu',
  operands: unaryOperands,
  attributes: z.strictObject({ alpha: z.number() }),
  quantRule: { rule: 'free' },
  traits: ELEMENTWISE,
  infer: inferUnary,
  check: checkUnary,
  macs: noMacs,
  kernels: {
    float32: {
      prepare: ({ alpha }) => ({ alpha: f(alpha) }),
      build: ({ alpha }) =>
        unaryLoop<Float32Array, Float32Array>((input, output) => leakyReluFloat(alpha, input, output)),
    },
    int8: {
      ...numbers('int8'),
      build: (prepared) => tableLoop((value) => leakyReluValue(prepared, value)),
    },
    int16: {
      ...numbers('int16'),
      build: (prepared) => valueLoop((value) => leakyReluValue(prepared, value)),
    },
  },
});
