/** Larger or smaller ones of two int8 elements, as `assembly/int8/pairs.ts` has them. */

import type { Broadcast } from '../../broadcast.ts';
import type { SimdPlan } from '../simd-plan.ts';
import { fixedOperands, loopFields, type Operand, operandAddresses, threeLoops } from './three-loops.ts';

const CODES = { maximum: 0, minimum: 1 } as const;

/** Undefined in short rows and intricate patterns. */
export function planExtremumInt8(
  kind: keyof typeof CODES,
  broadcast: Broadcast,
  operands: readonly Operand[],
): SimdPlan | undefined {
  const loops = threeLoops(broadcast);
  if (loops === undefined || !operands.includes('computed')) return undefined;
  return {
    constants: [loopFields(loops, 1), ...fixedOperands(operands)],
    scratchBytes: 0,
    bind({ extremumInt8 }, { inputs, outputs: [output], constants: [fields, ...fixed] }) {
      const [a, b] = operandAddresses(operands, inputs, fixed);
      return () => extremumInt8(CODES[kind], fields, a, b, output);
    },
  };
}
