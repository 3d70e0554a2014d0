/** Which weights are to get 4 bits, as options say it. */

import { usageError } from '../../../core/errors.ts';
import { parseWeightsBudget, type WeightsBudget } from './weights-budget.ts';

/** Layers by their names, or a budget that chooses them. */
export type Int4Wish =
  | { readonly by: 'names'; readonly names: readonly string[] }
  | { readonly by: 'budget'; readonly budget: WeightsBudget };

/** What options and project files say: one of the two, or nothing. */
export interface Int4Options {
  readonly int4?: readonly string[] | undefined;
  /** `3dB` or `0.6x`. */
  readonly weightsBudget?: string | undefined;
}

/** Undefined where 8 bits are enough. Throws `int4-twice` and `bad-budget` (usage). */
export function int4Wish({ int4 = [], weightsBudget }: Int4Options): Int4Wish | undefined {
  if (int4.length > 0 && weightsBudget !== undefined) {
    throw usageError(
      'int4-twice',
      'Layers with 4-bit weights are named, and a budget is to choose them',
      'Give int4 or the budget of weights, not both.',
    );
  }
  if (weightsBudget !== undefined) return { by: 'budget', budget: parseWeightsBudget(weightsBudget) };
  return int4.length > 0 ? { by: 'names', names: int4 } : undefined;
}
