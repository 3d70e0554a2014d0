/** What is made of two float32 tensors element by element, as `assembly/float/pairs.ts` has it. */

import type { Broadcast } from '../../broadcast.ts';
import type { BinaryFloat } from '../../float/elementwise.ts';
import type { SimdPlan } from '../simd-plan.ts';
import { fixedOperands, loopFields, type Operand, operandAddresses, threeLoops } from './three-loops.ts';

export const CODES = { add: 0, sub: 1, mul: 2, div: 3, maximum: 4, minimum: 5, prelu: 6 } as const;

/** Without a fused activation. */
export function unlimited(broadcast: Broadcast): BinaryFloat {
  return { broadcast, clampMin: -Infinity, clampMax: Infinity };
}

export type FloatPairs = keyof typeof CODES;

/** Undefined for intricate patterns, short rows, and two constants. */
export function planPairsFloat(
  kind: FloatPairs,
  { broadcast, clampMin, clampMax }: BinaryFloat,
  operands: readonly Operand[],
): SimdPlan | undefined {
  const loops = threeLoops(broadcast);
  if (loops === undefined || !operands.includes('computed')) return undefined;
  return {
    constants: [loopFields(loops, Float32Array.BYTES_PER_ELEMENT), ...fixedOperands(operands)],
    scratchBytes: 0,
    bind({ pairsFloat }, { inputs, outputs: [output], constants: [fields, ...fixed] }) {
      const [a, b] = operandAddresses(operands, inputs, fixed);
      return () => pairsFloat(CODES[kind], fields, clampMin, clampMax, a, b, output);
    },
  };
}
