import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { QuantizedDType, TensorType } from '../../core/tensor.ts';
import { broadcast } from '../../kernels/broadcast.ts';
import { type MulQuantized, mulQuantized } from '../../kernels/quantized/mul.ts';
import { requireMultiplier, requireNoOffset, requirePerTensor } from '../conditions.ts';
import { type FusedActivation, quantizedClamp } from '../fused-activation.ts';
import { defineOp } from '../op.ts';
import { binaryLoop } from '../unary.ts';
import {
  BINARY_TRAITS,
  binaryAttributes,
  binaryFloatKernel,
  binaryInt32Kernel,
  binaryMacs,
  binaryOperands,
  checkBinary,
  checkQuantizedBinary,
  inferBinary,
} from './binary.ts';

type Pair = readonly [TensorType, TensorType];

function realMultiplier(a: TensorType, b: TensorType, output: TensorType): number {
  const product =
    requirePerTensor('the first operand', a).scale * requirePerTensor('the second operand', b).scale;
  return product / requirePerTensor('the output', output).scale;
}

function checkMultiplier(_: unknown, [a, b]: Pair, [output]: readonly TensorType[]): void {
  checkQuantizedBinary(_, [a, b], [output]);
  requireMultiplier(realMultiplier(a, b, output));
}

function quantizedKernel(dtype: QuantizedDType) {
  return {
    check: checkMultiplier,
    prepare(
      { activation }: { readonly activation: FusedActivation },
      [a, b]: Pair,
      [output]: readonly TensorType[],
    ): MulQuantized {
      const quantOutput = requirePerTensor('the output', output);
      const { min, max } = quantizedClamp(activation, dtype, quantOutput);
      return {
        broadcast: broadcast(a.shape, b.shape, output.shape),
        zeroPointA: requirePerTensor('the first operand', a).zeroPoint,
        zeroPointB: requirePerTensor('the second operand', b).zeroPoint,
        multiplier: quantizeMultiplier(realMultiplier(a, b, output)),
        outputZeroPoint: quantOutput.zeroPoint,
        clampMin: min,
        clampMax: max,
      };
    },
    build: (prepared: MulQuantized) => binaryLoop(mulQuantized(prepared)),
  };
}

export const mul = defineOp({
  kind: 'mul',
  operands: binaryOperands,
  attributes: binaryAttributes,
  quantRule: { rule: 'free' },
  traits: {
    ...BINARY_TRAITS,
    withConstant: (constant) => ({ scale: constant, shift: 0 }),
  },
  infer: inferBinary,
  check: checkBinary,
  macs: binaryMacs,
  kernels: {
    float32: binaryFloatKernel((a, b) => a * b),
    int8: quantizedKernel('int8'),
    int16: {
      ...quantizedKernel('int16'),
      check(attributes, [a, b], [output]) {
        checkMultiplier(attributes, [a, b], [output]);
        requireNoOffset('the first operand', a);
        requireNoOffset('the second operand', b);
        requireNoOffset('the output', output);
      },
    },
    int32: binaryInt32Kernel(Math.imul),
  },
});
