/** What add, sub and mul share: two operands that broadcast, and a fused activation. */

import * as z from 'zod';
import { elementCount, type Shape, type TensorData, type TensorType } from '../../core/tensor.ts';
import { broadcast } from '../../kernels/broadcast.ts';
import { type BinaryFloat, type BinaryLoop, binaryFloat } from '../../kernels/float/elementwise.ts';
import { type BinaryInt32, binaryInt32 } from '../../kernels/int32/arithmetic.ts';
import { type FloatPairs, planPairsFloat } from '../../kernels/simd/arithmetic/float.ts';
import { broadcastColumns } from '../columns.ts';
import { broadcastShape, requirePerTensor, requireSameDType, requireUnquantized } from '../conditions.ts';
import { type FusedActivation, floatClamp, fusedActivationSchema } from '../fused-activation.ts';
import type { ConstantOr } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { binaryLoop } from '../unary.ts';

export const binaryOperands = ['a', 'b'] as const;

export const binaryAttributes = z.strictObject({ activation: fusedActivationSchema });

type Pair<T> = readonly [T, T];

export function inferBinary(_: unknown, [a, b]: Pair<Shape>): readonly Shape[] {
  return [broadcastShape(a, b)];
}

export function checkBinary(_: unknown, [a, b]: Pair<TensorType>, [output]: readonly TensorType[]): void {
  requireSameDType([a, b], output);
}

/** Parameters of all three. */
export function checkQuantizedBinary(
  _: unknown,
  [a, b]: Pair<TensorType>,
  [output]: readonly TensorType[],
): void {
  requirePerTensor('the first operand', a);
  requirePerTensor('the second operand', b);
  requirePerTensor('the output', output);
}

export function binaryMacs(_: unknown, [output]: readonly Shape[]): number {
  return elementCount(output);
}

/** The float kernel of an operator given by its loop over pairs of numbers. */
export function binaryFloatKernel(kind: FloatPairs, combine: BinaryLoop) {
  return {
    prepare(
      { activation }: { activation: FusedActivation },
      [a, b]: Pair<TensorType>,
      [output]: readonly TensorType[],
    ): BinaryFloat {
      const { min, max } = floatClamp(activation);
      return { broadcast: broadcast(a.shape, b.shape, output.shape), clampMin: min, clampMax: max };
    },
    build: (prepared: BinaryFloat) => binaryLoop(binaryFloat(prepared, combine)),
    simd: (prepared: BinaryFloat, operands: Pair<ConstantOr<TensorData>>) =>
      planPairsFloat(kind, prepared, operands),
  };
}

/** The int32 kernel of an operator given by its arithmetic on two numbers, before it wraps around. */
export function binaryInt32Kernel(combine: (a: number, b: number) => number) {
  return {
    check(_: unknown, [a, b]: Pair<TensorType>, [output]: readonly TensorType[]): void {
      requireUnquantized('the first operand', a);
      requireUnquantized('the second operand', b);
      requireUnquantized('the output', output);
    },
    prepare(
      { activation }: { activation: FusedActivation },
      [a, b]: Pair<TensorType>,
      [output]: readonly TensorType[],
    ): BinaryInt32 {
      const { min, max } = floatClamp(activation);
      return { broadcast: broadcast(a.shape, b.shape, output.shape), clampMin: min, clampMax: max };
    },
    build: (prepared: BinaryInt32) => binaryLoop(binaryInt32(prepared, combine)),
  };
}

/** Of operators with a fused activation that change sign or direction with their operands. */
export const BINARY_TRAITS = {
  ...OPAQUE,
  clamps: true,
  broadcasts: true,
  bounds: 'monotone',
  columns: broadcastColumns,
} as const;
