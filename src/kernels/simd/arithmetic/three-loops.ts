/** Two operands that are broadcast, as `assembly/loops.ts` goes through them. */

import type { TensorData } from '../../../core/tensor.ts';
import type { Broadcast } from '../../broadcast.ts';
import type { Address } from '../simd-plan.ts';

const LOOPS = 3;
/** Of shorter rows the way into each is what they cost. */
const LEAST_ROW = 8;

/** Steps in elements. */
export interface Loop {
  readonly count: number;
  readonly stepA: number;
  readonly stepB: number;
}

/** No loop. */
export const ONCE: Loop = { count: 1, stepA: 0, stepB: 0 };

/** As few loops as go through the same elements, the last one innermost. */
function loopsOf({ counts, stepsA, stepsB }: Broadcast): Loop[] {
  const loops: Loop[] = [];
  for (const [axis, count] of counts.entries()) {
    if (count === 1) continue;
    const loop = { count, stepA: stepsA[axis], stepB: stepsB[axis] };
    const around = loops.at(-1);
    if (around?.stepA === count * loop.stepA && around.stepB === count * loop.stepB) {
      loops[loops.length - 1] = { ...loop, count: around.count * count };
    } else loops.push(loop);
  }
  return loops.length === 0 ? [{ count: 1, stepA: 1, stepB: 1 }] : loops;
}

/** Outer, middle and inner loop; undefined for more of them, and where neighbours that are combined are few. */
export function threeLoops(broadcast: Broadcast): readonly [Loop, Loop, Loop] | undefined {
  const loops = loopsOf(broadcast);
  const inner = loops[loops.length - 1];
  if (loops.length > LOOPS || (loops.length > 1 && inner.count < LEAST_ROW)) return undefined;
  return [loops.at(-3) ?? ONCE, loops.at(-2) ?? ONCE, inner];
}

/** `Loops` of the assembly. */
export function loopFields(loops: readonly Loop[], bytesA: number, bytesB = bytesA): Int32Array {
  return Int32Array.of(
    ...loops.map(({ count }) => count),
    ...loops.map(({ stepA }) => stepA * bytesA),
    ...loops.map(({ stepB }) => stepB * bytesB),
  );
}

/** A value that the graph computes, or a constant. */
export type Operand = TensorData | 'computed';

/** Those that a plan has to keep. */
export function fixedOperands(operands: readonly Operand[]): TensorData[] {
  return operands.flatMap((operand) => (operand === 'computed' ? [] : [operand]));
}

/** Where all of them lie: the computed ones among a plan's inputs, the others, in their order, at `fixed`. */
export function operandAddresses(
  operands: readonly Operand[],
  inputs: readonly Address[],
  fixed: readonly Address[],
): Address[] {
  const [computed, kept] = [[...inputs], [...fixed]];
  return operands.map((operand) => (operand === 'computed' ? computed : kept).shift() as Address);
}
