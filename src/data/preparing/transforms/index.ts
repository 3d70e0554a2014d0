/** The table of transforms. */

import type { Transform, TransformName } from '../../../core/samples/preparation.ts';
import type { Shape } from '../../../core/tensor.ts';
import { affine } from './affine.ts';
import { clip } from './clip.ts';
import { decimate } from './decimate.ts';
import { fill } from './fill.ts';
import { level } from './level.ts';
import { oneHot } from './one-hot.ts';
import { spectrum } from './spectrum.ts';
import type { InPlace, TransformRule } from './transform.ts';

export const TRANSFORMS: { readonly [Name in TransformName]: TransformRule<Name> } = {
  affine,
  clip,
  fill,
  level,
  'one-hot': oneHot,
  decimate,
  spectrum,
};

/** The one place that forgets which row belongs to which parameters: `step` has chosen it. */
function ruleOf({ step }: Transform): TransformRule<TransformName> {
  return TRANSFORMS[step] as TransformRule<TransformName>;
}

export function transformMisfit(transform: Transform, shape: Shape): string | undefined {
  return ruleOf(transform).misfit(transform.parameters, shape);
}

/** `shape` is that of a sample before the transform. */
export function applyTransform(transform: Transform, shape: Shape): InPlace {
  return ruleOf(transform).apply(transform.parameters, shape);
}
