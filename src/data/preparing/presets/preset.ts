/** The contract of everything in this folder. */

import type { StepInput } from '../index.ts';

/** The features of another tool, as steps. */
export interface Preset {
  /** One line, for people. */
  readonly summary: string;
  /** Readings in a second, where nobody says otherwise. */
  readonly rate: number;
  /** Where it came from, and what it does not do that its origin does. */
  readonly origin: string;
  steps(rate: number): readonly StepInput[];
}

/** Readings in a part of a second; not more for a rounding. */
export function readingsIn(seconds: number, rate: number): number {
  return Math.max(1, Math.ceil(seconds * rate - 1e-3));
}
