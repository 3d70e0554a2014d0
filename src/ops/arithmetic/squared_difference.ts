import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { TensorType } from '../../core/tensor.ts';
import { broadcast } from '../../kernels/broadcast.ts';
import {
  SQUARED_DIFFERENCE_LEFT_SHIFT,
  type SquaredDifferenceInt8,
  squaredDifferenceInt8,
} from '../../kernels/int8/squared_difference.ts';
import { requireMultiplier, requirePerTensor } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { binaryLoop, noAttributes, noMacs } from '../unary.ts';
import { binaryOperands, checkBinary, checkQuantizedBinary, inferBinary } from './binary.ts';
import { pairKernel } from './real-pair.ts';

/** Twice the larger scale of the operands, which both are brought to. */
function commonScale(a: TensorType, b: TensorType): number {
  const scales = [requirePerTensor('the first operand', a), requirePerTensor('the second operand', b)];
  return 2 * Math.max(...scales.map(({ scale }) => scale));
}

function outputMultiplier(a: TensorType, b: TensorType, output: TensorType): number {
  const { scale } = requirePerTensor('the output', output);
  return commonScale(a, b) ** 2 / (4 ** SQUARED_DIFFERENCE_LEFT_SHIFT * scale);
}

/** (a − b)². */
export const squaredDifference = defineOp({
  kind: 'squared_difference',
  operands: binaryOperands,
  attributes: noAttributes,
  quantRule: { rule: 'free' },
  traits: { ...OPAQUE, broadcasts: true },
  infer: inferBinary,
  check: checkBinary,
  macs: noMacs,
  kernels: {
    float32: pairKernel((a, b) => Math.fround(a - b) ** 2),
    int32: pairKernel((a, b) => Math.imul((a - b) | 0, (a - b) | 0)),
    int8: {
      check(attributes, [a, b], [output]) {
        checkQuantizedBinary(attributes, [a, b], [output]);
        requireMultiplier(outputMultiplier(a, b, output));
      },
      prepare(_, [a, b], [output]): SquaredDifferenceInt8 {
        const common = commonScale(a, b);
        const operand = (what: string, type: TensorType) => {
          const { scale, zeroPoint } = requirePerTensor(what, type);
          return { zeroPoint, multiplier: quantizeMultiplier(scale / common) };
        };
        return {
          broadcast: broadcast(a.shape, b.shape, output.shape),
          a: operand('the first operand', a),
          b: operand('the second operand', b),
          outputMultiplier: quantizeMultiplier(outputMultiplier(a, b, output)),
          outputZeroPoint: requirePerTensor('the output', output).zeroPoint,
        };
      },
      build: (prepared) => binaryLoop(squaredDifferenceInt8(prepared)),
    },
  },
});
