/** Where a plan finds what it works on, in memory that was made for it. */

import type { SimdMemory } from '../../../src/interpreter/tensor-memory.ts';
import type { Address, SimdPlaces, SimdPlan } from '../../../src/kernels/simd/simd-plan.ts';

export function placesOf(
  { constants, scratch, buffer }: SimdMemory,
  plan: SimdPlan,
  inputs: readonly Address[],
  outputs: readonly Address[],
  onState: SimdPlaces['onState'] = () => {},
): SimdPlaces {
  return { inputs, outputs, constants: constants.get(plan) ?? [], scratch, buffer, onState };
}
