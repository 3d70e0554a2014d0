import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { TensorType } from '../../core/tensor.ts';
import { broadcast } from '../../kernels/broadcast.ts';
import { type MulInt8, mulInt8 } from '../../kernels/int8/mul.ts';
import { requireMultiplier, requirePerTensor } from '../conditions.ts';
import { quantizedClamp } from '../fused-activation.ts';
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

function realMultiplier(a: TensorType, b: TensorType, output: TensorType): number {
  const product =
    requirePerTensor('the first operand', a).scale * requirePerTensor('the second operand', b).scale;
  return product / requirePerTensor('the output', output).scale;
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
    int8: {
      check(attributes, [a, b], [output]) {
        checkQuantizedBinary(attributes, [a, b], [output]);
        requireMultiplier(realMultiplier(a, b, output));
      },
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
    },
    int32: binaryInt32Kernel(Math.imul),
  },
});
