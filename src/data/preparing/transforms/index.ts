/** The table of transforms. */

import {
  isByRows,
  type RowTransform,
  type RowTransformName,
  rowReach,
  rowsOf,
  type Transform,
  type TransformName,
  transformedShape,
  type WholeTransform,
  type WholeTransformName,
} from '../../../core/samples/preparation.ts';
import type { Shape } from '../../../core/tensor.ts';
import { affine } from './affine.ts';
import { belowPeak } from './below-peak.ts';
import { clip } from './clip.ts';
import { dct } from './dct.ts';
import { decimate } from './decimate.ts';
import { fill } from './fill.ts';
import { filter } from './filter.ts';
import { fixedSpectrum } from './fixed-spectrum.ts';
import { level } from './level.ts';
import { logarithm } from './logarithm.ts';
import { normalize } from './normalize.ts';
import { oneHot } from './one-hot.ts';
import { padEnds } from './pad-ends.ts';
import { preEmphasis } from './pre-emphasis.ts';
import { round } from './round.ts';
import { spectrum } from './spectrum.ts';
import { statistics } from './statistics.ts';
import type { Checked, InPlace, RowLoop, RowRule, TransformRule, WholeRule } from './transform.ts';

export const TRANSFORMS: {
  readonly [Name in TransformName]: TransformRule<Name>;
} = {
  affine,
  clip,
  fill,
  level,
  'one-hot': oneHot,
  decimate,
  spectrum,
  'fixed-spectrum': fixedSpectrum,
  statistics,
  'pre-emphasis': preEmphasis,
  filter,
  logarithm,
  dct,
  round,
  normalize,
  'below-peak': belowPeak,
  'pad-ends': padEnds,
};

/** The three places that forget which row belongs to which parameters: `step` has chosen it. */
function ruleOf({ step }: Transform): Checked<TransformName> {
  return TRANSFORMS[step] as Checked<TransformName>;
}

function rowRuleOf({ step }: RowTransform): RowRule<RowTransformName> {
  return TRANSFORMS[step] as RowRule<RowTransformName>;
}

function wholeRuleOf({ step }: WholeTransform): WholeRule<WholeTransformName> {
  return TRANSFORMS[step] as WholeRule<WholeTransformName>;
}

export function transformMisfit(transform: Transform, shape: Shape): string | undefined {
  return ruleOf(transform).misfit(transform.parameters, shape);
}

/** `shape` is that of a sample before the transform. */
export function rowLoop(transform: RowTransform, shape: Shape): RowLoop {
  return rowRuleOf(transform).rows(transform.parameters, shape);
}

/** Rows that grow are made from the last on: what is written then lies behind what is still to be read. */
function applyRows(transform: RowTransform, shape: Shape): InPlace {
  const loop = rowLoop(transform, shape);
  const { hop } = rowReach(transform);
  const before = rowsOf(shape);
  const after = rowsOf(transformedShape(transform, shape));
  const grows = after.width > hop * before.width;
  return (values) => {
    loop.reset?.();
    for (let made = 0; made < after.count; made++) {
      const row = grows ? after.count - 1 - made : made;
      loop.compute(values, row * hop * before.width, values, row * after.width);
    }
  };
}

/** `shape` is that of a sample before the transform. */
export function applyTransform(transform: Transform, shape: Shape): InPlace {
  return isByRows(transform)
    ? applyRows(transform, shape)
    : wholeRuleOf(transform).apply(transform.parameters, shape);
}
