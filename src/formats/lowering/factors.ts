/** Whether matrices go together. */

import { inputError } from '../../core/errors.ts';

/**
 * `depth` numbers in a row of the left factor, `otherDepth` in a column of the right one. Asked where the right one becomes weights: an
 * operator of these takes rows as they come, whatever the shape says.
 */
export function requireFactors(depth: number | undefined, otherDepth: number | undefined): void {
  if (depth === otherDepth) return;
  throw inputError(
    'operation-shape',
    `it multiplies rows of ${depth} numbers by columns of ${otherDepth}.`,
    'Give the inputs the sizes that the model was made for.',
  );
}
