/** What add, sub and mul share: two operands that broadcast, and a fused activation. */

import { z } from 'zod';
import { elementCount, type Shape, sameShape, type TensorData, type TensorType } from '../../core/tensor.ts';
import { broadcastIndex } from '../../kernels/broadcast.ts';
import { type BinaryFloat, binaryFloat } from '../../kernels/float/elementwise.ts';
import { broadcastShape, requirePerTensor, requireSameDType, shapeError } from '../conditions.ts';
import { type FusedActivation, floatClamp, fusedActivationSchema } from '../fused-activation.ts';

export const binaryOperands = ['a', 'b'] as const;

export const binaryAttributes = z.strictObject({ activation: fusedActivationSchema });

/** `kMaxBroadcastDim` of TFLM's add and sub, `kMaxMulBroadcastDim` of mul. */
const MAX_BROADCAST_RANK = 6;

type Pair<T> = readonly [T, T];

export function inferBinary(_: unknown, [a, b]: Pair<Shape>): readonly Shape[] {
  return [broadcastShape(a, b)];
}

export function checkBinary(_: unknown, [a, b]: Pair<TensorType>, [output]: readonly TensorType[]): void {
  requireSameDType([a, b], output);
  if (output.shape.length > MAX_BROADCAST_RANK && !sameShape(a.shape, b.shape)) {
    throw shapeError(`${output.shape.length} axes are more than TensorFlow Lite Micro broadcasts (6)`);
  }
  if (a.dtype === 'int8') {
    requirePerTensor('the first operand', a);
    requirePerTensor('the second operand', b);
    requirePerTensor('the output', output);
  }
}

export function binaryMacs(_: unknown, [output]: readonly Shape[]): number {
  return elementCount(output);
}

/** The float kernel of an operator given by its arithmetic on two numbers. */
export function binaryFloatKernel(combine: (a: number, b: number) => number) {
  return {
    prepare(
      { activation }: { activation: FusedActivation },
      [a, b]: Pair<TensorType>,
      [output]: readonly TensorType[],
    ): BinaryFloat {
      const { min, max } = floatClamp(activation);
      return { index: broadcastIndex(a.shape, b.shape, output.shape), clampMin: min, clampMax: max };
    },
    run(prepared: BinaryFloat, [a, b]: Pair<TensorData>, [output]: readonly TensorData[]): void {
      binaryFloat(prepared, combine, a as Float32Array, b as Float32Array, output as Float32Array);
    },
  };
}
