/** What keeps a network from being better in int8, of what its diagnosis and its cures say. */

import type { RefusedCure, TriedCure } from './cures.ts';
import type { Diagnosis } from './diagnosis.ts';

/** A cause that makes half of the noise, or as much as all others. */
const HALF = 3.01;

export const LIMITS = ['input', 'output', 'weights', 'activations', 'calibration'] as const;

/**
 * `input` and `output`: rounding them alone leaves no more than the best cure does, so that only another type of theirs helps.
 * `weights`, `activations`: of the plain form, the larger part of the noise. `calibration`: records that were not seen are served
 * worse by half than those that were.
 */
export type Limit = (typeof LIMITS)[number];

function isBelow(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && a < b;
}

export function limitsOf(
  { budget, calibration }: Diagnosis,
  cures: readonly (TriedCure | RefusedCure)[],
): readonly Limit[] {
  const best = Math.max(...cures.map((cure) => ('refusal' in cure ? -Infinity : (cure.sqnrDb ?? -Infinity))));
  const { inputDb, outputDb, weightsDb, activationsDb } = budget;
  const applies: Readonly<Record<Limit, boolean>> = {
    input: isBelow(inputDb, best + HALF),
    output: isBelow(outputDb, best + HALF),
    weights: isBelow(weightsDb, (activationsDb ?? Infinity) - HALF),
    activations: isBelow(activationsDb, (weightsDb ?? Infinity) - HALF),
    calibration: isBelow(calibration?.crossDb, (calibration?.ownDb ?? -Infinity) - HALF),
  };
  return LIMITS.filter((limit) => applies[limit]);
}
