import { quantizeMultiplier } from '../../core/fixed-point.ts';
import {
  QUANTIZED_LIMITS,
  type QuantizedDType,
  type TensorData,
  type TensorType,
} from '../../core/tensor.ts';
import { broadcast } from '../../kernels/broadcast.ts';
import { pickElements } from '../../kernels/extremum.ts';
import { type PreluQuantized, preluQuantized } from '../../kernels/quantized/prelu.ts';
import { planPairsFloat, unlimited } from '../../kernels/simd/arithmetic/float.ts';
import { planPreluInt8 } from '../../kernels/simd/arithmetic/prelu.ts';
import { broadcastColumns } from '../columns.ts';
import {
  broadcastShape,
  requireDType,
  requireMultiplier,
  requirePerTensor,
  requireSameDType,
} from '../conditions.ts';
import { type ConstantOr, defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { binaryLoop, noAttributes, noMacs } from '../unary.ts';

function realMultipliers(
  input: TensorType,
  alpha: TensorType,
  output: TensorType,
): { identity: number; product: number } {
  const inputScale = requirePerTensor('the input', input).scale;
  const alphaScale = requirePerTensor('alpha', alpha).scale;
  const outputScale = requirePerTensor('the output', output).scale;
  return { identity: inputScale / outputScale, product: (inputScale * alphaScale) / outputScale };
}

type Operands = readonly [TensorType, TensorType];

function quantizedKernel(dtype: QuantizedDType) {
  const { min, max } = QUANTIZED_LIMITS[dtype];
  return {
    check(_: unknown, [input, alpha]: Operands, [output]: readonly TensorType[]): void {
      const real = realMultipliers(input, alpha, output);
      requireMultiplier(real.identity);
      requireMultiplier(real.product);
    },
    prepare(_: unknown, [input, alpha]: Operands, [output]: readonly TensorType[]): PreluQuantized {
      const real = realMultipliers(input, alpha, output);
      return {
        broadcast: broadcast(input.shape, alpha.shape, output.shape),
        inputZeroPoint: requirePerTensor('the input', input).zeroPoint,
        alphaZeroPoint: requirePerTensor('alpha', alpha).zeroPoint,
        outputZeroPoint: requirePerTensor('the output', output).zeroPoint,
        identity: quantizeMultiplier(real.identity),
        product: quantizeMultiplier(real.product),
        clampMin: min,
        clampMax: max,
      };
    },
    build: (prepared: PreluQuantized) => binaryLoop(preluQuantized(prepared)),
  };
}

export const prelu = defineOp({
  kind: 'prelu',
  operands: ['input', 'alpha'],
  attributes: noAttributes,
  quantRule: { rule: 'free', int8Operands: [1] },
  traits: { ...OPAQUE, columns: broadcastColumns },
  infer: (_, [input, alpha]) => [broadcastShape(input, alpha)],
  check(_, [input, alpha], [output]) {
    requireSameDType([input], output);
    // TFLM takes alpha in int8 where the input is int16.
    requireDType('alpha', alpha, input.dtype === 'int16' ? 'int8' : input.dtype);
  },
  macs: noMacs,
  kernels: {
    float32: {
      prepare: (_, [input, alpha], [output]) => broadcast(input.shape, alpha.shape, output.shape),
      build: (prepared) => binaryLoop(pickElements(prepared, (x, slope) => (x >= 0 ? x : x * slope))),
      simd: (prepared, operands: readonly [ConstantOr<TensorData>, ConstantOr<TensorData>]) =>
        planPairsFloat('prelu', unlimited(prepared), operands),
    },
    int8: {
      ...quantizedKernel('int8'),
      simd(prepared, [input, alpha]: readonly [ConstantOr<Int8Array>, ConstantOr<Int8Array>]) {
        return input === 'computed' && alpha !== 'computed' ? planPreluInt8(prepared, alpha) : undefined;
      },
    },
    int16: quantizedKernel('int16'),
  },
});
