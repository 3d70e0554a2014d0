import { usageError } from '../../../core/errors.ts';
import type { Transform } from '../../../core/samples/preparation.ts';
import type { Shape } from '../../../core/tensor.ts';
import { type Fitting, settled } from '../step.ts';
import { transformMisfit } from '../transforms/index.ts';

/** A step whose options say everything. Throws `bad-step` (usage) where the transform has something against the samples. */
export function settledOn<One extends Transform>(
  asked: string,
  transform: One,
  shape: Shape,
  hint: string,
): Fitting<One['parameters']> {
  const misfit = transformMisfit(transform, shape);
  if (misfit !== undefined) throw usageError('bad-step', `The preparing step "${asked}" ${misfit}.`, hint);
  return settled(transform.parameters);
}
