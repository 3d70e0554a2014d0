/** Versions of operators that depend on how many axes the first operand has. */

import type { TensorType } from '../../../../core/tensor.ts';
import { type Codec, versions } from '../../codec.ts';

/** Axes of the first operand; 0 where it is left out. */
export const rankOf = (types: readonly (TensorType | undefined)[]): number => types[0]?.shape.length ?? 0;

/** Operators that got a new version where they learnt more than four axes, and one where they learnt int16. */
export function rankVersions(int8: number, int16: number, manyAxes: number): Codec<unknown>['version'] {
  const byType = versions(1, int8, int16);
  return (query) => (rankOf(query.inputs) > 4 ? Math.max(byType(query), manyAxes) : byType(query));
}
