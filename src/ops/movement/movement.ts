/** What operators that only move elements share: their kernels, and axes and strides. */

import { counted } from '../../core/figure-text.ts';
import {
  bytesOf,
  elementBytes,
  elementCount,
  type Shape,
  sameShape,
  type TensorData,
  type TensorType,
  tensorBytes,
} from '../../core/tensor.ts';
import { type Elements, type Move, moveLoop, type StridedMove, stridedIndex } from '../../kernels/move.ts';
import { planCopy, planMoves } from '../../kernels/simd/move.ts';
import type { SimdPlan } from '../../kernels/simd/simd-plan.ts';
import { requireSameDType, shapeError } from '../conditions.ts';
import type { ConstantOr } from '../op.ts';

/**
 * The kernel of an operator that moves elements: the numbers that say how, and the table of each output made of them. The
 * same for every element type.
 */
export function moveKernel<Attributes, Prepared>(
  prepare: (attributes: Attributes, inputs: readonly Shape[], outputs: readonly Shape[]) => Prepared,
  movesOf: (prepared: Prepared) => readonly Move[],
) {
  return {
    prepare(attributes: Attributes, inputs: readonly TensorType[], outputs: readonly TensorType[]): Prepared {
      const shapes = (types: readonly TensorType[]): Shape[] => types.map(({ shape }) => shape);
      return prepare(attributes, shapes(inputs), shapes(outputs));
    },
    build(prepared: Prepared) {
      const moves = movesOf(prepared).map(moveLoop);
      return {
        run(inputs: readonly TensorData[], outputs: readonly TensorData[]): void {
          for (const [i, move] of moves.entries()) {
            move(0, inputs as readonly Elements[], outputs[i] as Elements);
          }
        },
      };
    },
    simd(
      prepared: Prepared,
      inputs: readonly ConstantOr<TensorData>[],
      outputs: readonly TensorType[],
    ): SimdPlan | undefined {
      if (inputs.some((input) => input !== 'computed')) return undefined;
      return planMoves(movesOf(prepared), elementBytes(outputs[0].dtype));
    },
  };
}

/** The kernel of an operator whose outputs are walks through the input with constant steps. */
export function stridedKernel<Attributes>(
  walksOf: (
    attributes: Attributes,
    inputs: readonly Shape[],
    outputs: readonly Shape[],
  ) => readonly StridedMove[],
) {
  return moveKernel(walksOf, (walks) => walks.map((walk) => ({ index: stridedIndex(walk) })));
}

/** `isIdentity` of what keeps the order of the elements: what keeps their shape keeps them all. */
export function keepsShape(_: unknown, [input]: readonly Shape[], output: Shape): boolean {
  return sameShape(input, output);
}

/** Row-major order makes every change of shape alone a copy; TFLM copies too, each tensor has its own place in the arena. */
export const copyKernel = {
  prepare: (_: unknown, [input]: readonly [TensorType]): { readonly bytes: number } => ({
    bytes: tensorBytes(input),
  }),
  build: () => ({
    run([input]: readonly [TensorData], [output]: readonly [TensorData]): void {
      bytesOf(output).set(bytesOf(input));
    },
  }),
  simd: (
    { bytes }: { readonly bytes: number },
    [input]: readonly [ConstantOr<TensorData>],
  ): SimdPlan | undefined => (input === 'computed' ? planCopy(bytes) : undefined),
};

export function checkMovement(
  _: unknown,
  inputs: readonly TensorType[],
  outputs: readonly TensorType[],
): void {
  for (const output of outputs) requireSameDType(inputs, output);
}

/** An axis counted from the front; negative ones count from behind. */
export function axisOf(axis: number, rank: number): number {
  const fromFront = axis < 0 ? axis + rank : axis;
  if (!(fromFront >= 0 && fromFront < rank)) {
    throw shapeError(`axis ${axis} does not exist in a tensor of ${counted(rank, 'axis', 'axes')}`);
  }
  return fromFront;
}

/** Sizes before, on and after an axis. */
export function aroundAxis(shape: Shape, axis: number): { outer: number; axis: number; inner: number } {
  return {
    outer: elementCount(shape.slice(0, axis)),
    axis: shape[axis],
    inner: elementCount(shape.slice(axis + 1)),
  };
}

export function requireRank(shape: Shape, least: number, most: number): void {
  if (shape.length < least || shape.length > most) {
    const allowed = least === most ? `${most}` : `${least} to ${most}`;
    throw shapeError(
      `a tensor of ${counted(shape.length, 'axis', 'axes')} is given, but TensorFlow Lite Micro computes this with ${allowed}`,
    );
  }
}

/** One entry for every axis. */
export function requirePerAxis(what: string, entries: readonly unknown[], shape: Shape): void {
  if (entries.length !== shape.length) {
    throw shapeError(`${what} are ${entries.length} for ${counted(shape.length, 'axis', 'axes')}`);
  }
}
