import { quantizeMultiplier } from '../core/fixed-point.ts';
import { broadcastIndex } from '../kernels/broadcast.ts';
import { type MulInt8, mulInt8 } from '../kernels/int8/mul.ts';
import { int8Clamp } from './activation.ts';
import {
  binaryAttributes,
  binaryFloatKernel,
  binaryMacs,
  binaryOperands,
  checkBinary,
  inferBinary,
} from './binary.ts';
import { requirePerTensor } from './check.ts';
import { defineOp } from './op.ts';

export const mul = defineOp({
  kind: 'mul',
  operands: binaryOperands,
  attributes: binaryAttributes,
  quantRule: { rule: 'free' },
  infer: inferBinary,
  check: checkBinary,
  macs: binaryMacs,
  float: binaryFloatKernel((a, b) => a * b),
  int8: {
    prepare({ activation }, [a, b], [output]): MulInt8 {
      const quantA = requirePerTensor('the first operand', a);
      const quantB = requirePerTensor('the second operand', b);
      const quantOutput = requirePerTensor('the output', output);
      const { min, max } = int8Clamp(activation, quantOutput);
      return {
        index: broadcastIndex(a.shape, b.shape, output.shape),
        zeroPointA: quantA.zeroPoint,
        zeroPointB: quantB.zeroPoint,
        multiplier: quantizeMultiplier((quantA.scale * quantB.scale) / quantOutput.scale),
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
