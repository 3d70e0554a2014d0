/** The options of `tinyml check`, parsed. */

import type { ArenaTarget } from '../../planner/arena-plan.ts';
import type { Library } from '../../targets/tflm/operators.ts';

export const CHECK_FORMATS = ['text', 'github', 'junit'] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

export interface CheckFlags {
  readonly flash?: number;
  readonly ram?: number;
  readonly arena?: number;
  readonly maxMacs?: number;
  readonly minAccuracy?: number;
  readonly maxAccuracyDrop?: number;
  readonly minSqnr?: number;
  readonly opsFor?: Library;
  readonly target?: ArenaTarget;
  readonly baseline?: string;
  readonly format: CheckFormat;
  readonly json?: boolean;
}
