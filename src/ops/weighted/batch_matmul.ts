import * as z from 'zod';
import { quantizeMultiplier } from '../../core/fixed-point.ts';
import {
  elementCount,
  formatShape,
  type Shape,
  type TensorData,
  type TensorType,
} from '../../core/tensor.ts';
import { broadcast } from '../../kernels/broadcast.ts';
import { batchMatmulFloat } from '../../kernels/float/batch_matmul.ts';
import { type BatchMatmulInt8, batchMatmulInt8 } from '../../kernels/int8/batch_matmul.ts';
import { type BatchMatmulInt16, batchMatmulInt16 } from '../../kernels/int16/batch_matmul.ts';
import type { MatrixProducts } from '../../kernels/matrices.ts';
import { planBatchMatmulFloat, planBatchMatmulInt8 } from '../../kernels/simd/weighted/batch_matmul.ts';
import { binaryOperands, checkBinary, checkQuantizedBinary } from '../arithmetic/binary.ts';
import {
  broadcastShape,
  requireMultiplier,
  requireNoOffset,
  requirePerTensor,
  shapeError,
} from '../conditions.ts';
import { requireRank } from '../movement/movement.ts';
import { type ConstantOr, defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { binaryLoop } from '../unary.ts';
import { requireInt16Multiplier } from './weighted.ts';

/** Which factors lie transposed. */
interface Adjoint {
  readonly adjX: boolean;
  readonly adjY: boolean;
}

interface Sides {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
}

type Pair<T> = readonly [T, T];

function sidesOf({ adjX, adjY }: Adjoint, [a, b]: Pair<Shape>): Sides {
  const [ownA, ownB] = [a.slice(-2), b.slice(-2)];
  const [rows, depth] = adjX ? ownA.toReversed() : ownA;
  const [otherDepth, columns] = adjY ? ownB.toReversed() : ownB;
  if (depth !== otherDepth) {
    throw shapeError(`${formatShape(a)} and ${formatShape(b)} are no factors of a product of matrices`);
  }
  return { rows, depth, columns };
}

function productsOf(adjoint: Adjoint, [a, b]: Pair<TensorType>, output: TensorType): MatrixProducts {
  const { rows, depth, columns } = sidesOf(adjoint, [a.shape, b.shape]);
  const batches = ({ shape }: TensorType): Shape => shape.slice(0, -2);
  return {
    batches: broadcast(batches(a), batches(b), batches(output)),
    rows,
    columns,
    depth,
    a: adjoint.adjX ? { own: 1, depth: rows } : { own: depth, depth: 1 },
    b: adjoint.adjY ? { own: depth, depth: 1 } : { own: 1, depth: columns },
  };
}

/** The product of the factors' scales is a float in TFLM (`GetQuantizedConvolutionMultipler`). */
function realMultiplier([a, b]: Pair<TensorType>, output: TensorType): number {
  const scaleA = requirePerTensor('the first operand', a).scale;
  const scaleB = requirePerTensor('the second operand', b).scale;
  return Math.fround(scaleA * scaleB) / requirePerTensor('the output', output).scale;
}

/** Products of matrices in the last two axes; the axes in front of them broadcast. */
export const batchMatmul = defineOp({
  kind: 'batch_matmul',
  operands: binaryOperands,
  attributes: z.strictObject({
    adjX: z.boolean(),
    adjY: z.boolean(),
    /** Of a float32 product: made int8, its second factor gets zero point 0, as the weights of FULLY_CONNECTED have it. */
    secondFactor: z.literal('symmetric').optional(),
  }),
  quantRule: { rule: 'free' },
  traits: OPAQUE,
  infer(attributes, [a, b]) {
    for (const shape of [a, b]) requireRank(shape, 2, 5);
    const { rows, columns } = sidesOf(attributes, [a, b]);
    return [[...broadcastShape(a.slice(0, -2), b.slice(0, -2)), rows, columns]];
  },
  check: checkBinary,
  macs: ([a], [output]) => (elementCount(a.slice(-2)) / (output.at(-2) ?? 1)) * elementCount(output),
  kernels: {
    float32: {
      prepare: (attributes, inputs, [output]) => productsOf(attributes, inputs, output),
      build: (prepared) => binaryLoop(batchMatmulFloat(prepared)),
      simd: (prepared, operands: Pair<ConstantOr<TensorData>>) => planBatchMatmulFloat(prepared, operands),
    },
    int8: {
      check(attributes, inputs, [output]) {
        checkQuantizedBinary(attributes, inputs, [output]);
        requireMultiplier(realMultiplier(inputs, output));
      },
      prepare: (attributes, inputs, [output]): BatchMatmulInt8 => ({
        ...productsOf(attributes, inputs, output),
        zeroPointA: requirePerTensor('the first operand', inputs[0]).zeroPoint,
        zeroPointB: requirePerTensor('the second operand', inputs[1]).zeroPoint,
        multiplier: quantizeMultiplier(realMultiplier(inputs, output)),
        outputZeroPoint: requirePerTensor('the output', output).zeroPoint,
      }),
      build: (prepared) => binaryLoop(batchMatmulInt8(prepared)),
      simd: (prepared, operands: Pair<ConstantOr<TensorData>>) => planBatchMatmulInt8(prepared, operands),
    },
    int16: {
      check(_, inputs, [output]) {
        for (const type of inputs) requireNoOffset('an operand', type);
        requireNoOffset('the output', output);
        requireInt16Multiplier(realMultiplier(inputs, output), 64);
      },
      prepare: (attributes, inputs, [output]): BatchMatmulInt16 => ({
        ...productsOf(attributes, inputs, output),
        multiplier: quantizeMultiplier(realMultiplier(inputs, output)),
      }),
      build: (prepared) => binaryLoop(batchMatmulInt16(prepared)),
    },
  },
});
