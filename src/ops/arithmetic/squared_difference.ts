import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { TensorType } from '../../core/tensor.ts';
import { broadcast } from '../../kernels/broadcast.ts';
import {
  SQUARED_DIFFERENCE_LEFT_SHIFT,
  type SquaredDifferenceInt8,
  squaredDifferenceInt8,
} from '../../kernels/int8/squared_difference.ts';
import {
  type SquaredDifferenceInt16,
  squaredDifferenceInt16,
} from '../../kernels/int16/squared_difference.ts';
import { broadcastColumns } from '../columns.ts';
import { requireMultiplier, requireNoOffset, requirePerTensor } from '../conditions.ts';
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

/** `leftShift` is how far operands are enlarged. */
function outputMultiplier(a: TensorType, b: TensorType, output: TensorType, leftShift: number): number {
  const { scale } = requirePerTensor('the output', output);
  return commonScale(a, b) ** 2 / (4 ** leftShift * scale);
}

/** (a − b)². */
export const squaredDifference = defineOp({
  kind: 'squared_difference',
  operands: binaryOperands,
  attributes: noAttributes,
  quantRule: { rule: 'free' },
  traits: { ...OPAQUE, broadcasts: true, columns: broadcastColumns },
  infer: inferBinary,
  check: checkBinary,
  macs: noMacs,
  kernels: {
    float32: pairKernel((a, b) => Math.fround(a - b) ** 2),
    int32: pairKernel((a, b) => Math.imul((a - b) | 0, (a - b) | 0)),
    int8: {
      check(attributes, [a, b], [output]) {
        checkQuantizedBinary(attributes, [a, b], [output]);
        requireMultiplier(outputMultiplier(a, b, output, SQUARED_DIFFERENCE_LEFT_SHIFT));
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
          outputMultiplier: quantizeMultiplier(outputMultiplier(a, b, output, SQUARED_DIFFERENCE_LEFT_SHIFT)),
          outputZeroPoint: requirePerTensor('the output', output).zeroPoint,
        };
      },
      build: (prepared) => binaryLoop(squaredDifferenceInt8(prepared)),
    },
    int16: {
      check(attributes, [a, b], [output]) {
        checkQuantizedBinary(attributes, [a, b], [output]);
        for (const operand of [a, b]) requireNoOffset('an operand', operand);
        requireNoOffset('the output', output);
        requireMultiplier(outputMultiplier(a, b, output, 0));
      },
      prepare(_, [a, b], [output]): SquaredDifferenceInt16 {
        const common = commonScale(a, b);
        const multiplier = (what: string, type: TensorType) =>
          quantizeMultiplier(requirePerTensor(what, type).scale / common);
        return {
          broadcast: broadcast(a.shape, b.shape, output.shape),
          a: multiplier('the first operand', a),
          b: multiplier('the second operand', b),
          outputMultiplier: quantizeMultiplier(outputMultiplier(a, b, output, 0)),
        };
      },
      build: (prepared) => binaryLoop(squaredDifferenceInt16(prepared)),
    },
  },
});
