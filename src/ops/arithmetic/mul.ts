import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { TensorType } from '../../core/tensor.ts';
import { broadcastIndex } from '../../kernels/broadcast.ts';
import { type MulInt8, mulInt8 } from '../../kernels/int8/mul.ts';
import { requireMultiplier, requirePerTensor } from '../conditions.ts';
import { int8Clamp } from '../fused-activation.ts';
import { defineOp } from '../op.ts';
import {
  binaryAttributes,
  binaryFloatKernel,
  binaryMacs,
  binaryOperands,
  checkBinary,
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
  infer: inferBinary,
  check(attributes, [a, b], [output]) {
    checkBinary(attributes, [a, b], [output]);
    if (a.dtype === 'int8') requireMultiplier(realMultiplier(a, b, output));
  },
  macs: binaryMacs,
  float: binaryFloatKernel((a, b) => a * b),
  int8: {
    prepare({ activation }, [a, b], [output]): MulInt8 {
      const quantOutput = requirePerTensor('the output', output);
      const { min, max } = int8Clamp(activation, quantOutput);
      return {
        index: broadcastIndex(a.shape, b.shape, output.shape),
        zeroPointA: requirePerTensor('the first operand', a).zeroPoint,
        zeroPointB: requirePerTensor('the second operand', b).zeroPoint,
        multiplier: quantizeMultiplier(realMultiplier(a, b, output)),
        outputZeroPoint: quantOutput.zeroPoint,
        clampMin: min,
        clampMax: max,
      };
    },
    run(prepared: MulInt8, [a, b]: readonly [Int8Array, Int8Array], [output]: readonly [Int8Array]) {
      mulInt8(prepared, a, b, output);
    },
  },
});
