/** Elementwise walks over two operands whose shapes broadcast, shared by the float and int8 kernels. */

import type { Shape } from '../core/tensor.ts';
import { stridedIndex, stridesOf } from './move.ts';

/** Loops over the output in which each operand advances by its own steps: by none where it is repeated. */
export interface Broadcast {
  /** The output's shape. */
  readonly counts: readonly number[];
  readonly stepsA: readonly number[];
  readonly stepsB: readonly number[];
}

/** The steps of one operand. */
export function operandSteps(shape: Shape, output: Shape): readonly number[] {
  const strides = stridesOf(shape);
  const lead = output.length - shape.length;
  return output.map((_, axis) => ((shape[axis - lead] ?? 1) === 1 ? 0 : strides[axis - lead]));
}

export function broadcast(a: Shape, b: Shape, output: Shape): Broadcast {
  return { counts: output, stepsA: operandSteps(a, output), stepsB: operandSteps(b, output) };
}

/** Where element i of the output finds its operands; `undefined` where that is simply i. */
export interface BroadcastIndex {
  readonly a: Int32Array | undefined;
  readonly b: Int32Array | undefined;
}

/** Whether several elements of the output are made of one of this operand. */
export function isRepeated(counts: readonly number[], steps: readonly number[]): boolean {
  return counts.some((count, axis) => count > 1 && steps[axis] === 0);
}

/** Where every element of the output finds this operand; undefined where that is the element itself. */
export function operandIndex(counts: readonly number[], steps: readonly number[]): Int32Array | undefined {
  return isRepeated(counts, steps) ? stridedIndex({ counts, steps, start: 0 }) : undefined;
}

export function broadcastIndex({ counts, stepsA, stepsB }: Broadcast): BroadcastIndex {
  return { a: operandIndex(counts, stepsA), b: operandIndex(counts, stepsB) };
}
