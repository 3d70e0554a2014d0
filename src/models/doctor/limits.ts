/** What keeps a network from being better in int8, of what its diagnosis and its cures say. */

import { isWide, type RefusedCure, type TriedCure } from './cures.ts';
import type { Diagnosis } from './diagnosis.ts';

/** Half of the noise, in dB. */
const HALF = 3.01;
/** A floor that a cure is above by more than this is none: what it rounds off was made up for. */
const ABOVE = 1;

export const LIMITS = ['input', 'output', 'weights', 'activations', 'calibration'] as const;

/**
 * `input` and `output`: rounding them alone makes half of the noise that the best cure leaves, or more, and no cure makes up for it.
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
  const best = Math.max(
    ...cures.map((cure) => ('refusal' in cure || isWide(cure) ? -Infinity : (cure.sqnrDb ?? -Infinity))),
  );
  const { inputDb, outputDb, weightsDb, activationsDb } = budget;
  const isFloor = (alone: number | undefined): boolean =>
    alone !== undefined && alone < best + HALF && best < alone + ABOVE;
  const applies: Readonly<Record<Limit, boolean>> = {
    input: isFloor(inputDb),
    output: isFloor(outputDb),
    weights: isBelow(weightsDb, (activationsDb ?? Infinity) - HALF),
    activations: isBelow(activationsDb, (weightsDb ?? Infinity) - HALF),
    calibration: isBelow(calibration?.crossDb, (calibration?.ownDb ?? -Infinity) - HALF),
  };
  return LIMITS.filter((limit) => applies[limit]);
}
