/**
 * The table of transforms as C++ or C: the same operations in the same order as `data/preparing/transforms/`, so the same bits.
 * Products pass through `rounded`, or a compiler could join them with the next addition and round once.
 */

import type {
  RowTransform,
  RowTransformName,
  WholeTransform,
  WholeTransformName,
} from '../../../../core/samples/preparation.ts';
import type { Shape } from '../../../../core/tensor.ts';
import type { Place, RowCode, RowWriter, WholeCode, WholeWriter } from '../step-code.ts';
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

const ROWS: { readonly [Name in RowTransformName]: RowWriter<Name> } = {
  affine,
  clip,
  fill,
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
};

const WHOLES: { readonly [Name in WholeTransformName]: WholeWriter<Name> } = {
  level,
  normalize,
  'below-peak': belowPeak,
  'pad-ends': padEnds,
};

/** `shape` is that of a sample before the transform. */
export function rowCode({ step, parameters }: RowTransform, shape: Shape, place: Place): RowCode {
  return (ROWS[step] as RowWriter<RowTransformName>)(parameters, shape, place);
}

/** `shape` is that of a sample before the transform. */
export function wholeCode({ step, parameters }: WholeTransform, shape: Shape, place: Place): WholeCode {
  return (WHOLES[step] as WholeWriter<WholeTransformName>)(parameters, shape, place);
}
