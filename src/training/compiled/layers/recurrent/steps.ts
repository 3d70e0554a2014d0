/** Arrays of recurrent layers: step after step, [steps, rows, width], so that each step is a matrix, and all together one. */

import type { Address } from '../../../../kernels/training/kernels.ts';
import type { CallContext } from '../../run.ts';
import type { StepPlan } from '../../step-plan.ts';

/** Only the first rows of each step where a batch is smaller: the steps move together. */
export interface Steps {
  readonly address: Address;
  readonly count: number;
  readonly width: number;
}

export function reserveSteps(plan: StepPlan, count: number, width: number): Steps {
  return { address: plan.reserve(plan.rows * count * width), count, width };
}

/** Where a sample of a step lies. */
export function stepAt(
  { address, width }: Steps,
  { rows }: CallContext,
  step: number,
  sample: number,
): Address {
  return address + (step * rows + sample) * width * Float32Array.BYTES_PER_ELEMENT;
}
