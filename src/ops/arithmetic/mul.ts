import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { TensorData, TensorType } from '../../core/tensor.ts';
import { broadcast } from '../../kernels/broadcast.ts';
import { multiplyFloats } from '../../kernels/float/elementwise.ts';
import { type MulInt8, mulInt8 } from '../../kernels/int8/mul.ts';
import { type MulInt16, mulInt16 } from '../../kernels/int16/mul.ts';
import { planMulInt8 } from '../../kernels/simd/arithmetic/mul.ts';
import { requireMultiplier, requireNoOffset, requirePerTensor } from '../conditions.ts';
import { quantizedClamp } from '../fused-activation.ts';
import { type ConstantOr, defineOp } from '../op.ts';
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
    float32: binaryFloatKernel('mul', multiplyFloats),
    int8: {
      check: checkMultiplier,
      prepare({ activation }, [a, b], [output]): MulInt8 {
        const quantOutput = requirePerTensor('the output', output);
        const { min, max } = quantizedClamp(activation, 'int8', quantOutput);
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
      build: (prepared) => binaryLoop(mulInt8(prepared)),
      simd: (prepared, operands: readonly [ConstantOr<TensorData>, ConstantOr<TensorData>]) =>
        planMulInt8(prepared, operands),
    },
    int16: {
      check(attributes, [a, b], [output]) {
        checkMultiplier(attributes, [a, b], [output]);
        requireNoOffset('the first operand', a);
        requireNoOffset('the second operand', b);
        requireNoOffset('the output', output);
      },
      prepare({ activation }, [a, b], [output]): MulInt16 {
        const { min, max } = quantizedClamp(activation, 'int16', requirePerTensor('the output', output));
        return {
          broadcast: broadcast(a.shape, b.shape, output.shape),
          multiplier: quantizeMultiplier(realMultiplier(a, b, output)),
          clampMin: min,
          clampMax: max,
        };
      },
      build: (prepared) => binaryLoop(mulInt16(prepared)),
    },
    int32: binaryInt32Kernel(Math.imul),
  },
});
