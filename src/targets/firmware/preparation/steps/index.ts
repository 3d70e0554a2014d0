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
import { clip } from './clip.ts';
import { decimate } from './decimate.ts';
import { fill } from './fill.ts';
import { fixedSpectrum } from './fixed-spectrum.ts';
import { level } from './level.ts';
import { oneHot } from './one-hot.ts';
import { spectrum } from './spectrum.ts';

const ROWS: { readonly [Name in RowTransformName]: RowWriter<Name> } = {
  affine,
  clip,
  fill,
  'one-hot': oneHot,
  decimate,
  spectrum,
  'fixed-spectrum': fixedSpectrum,
};

const WHOLES: { readonly [Name in WholeTransformName]: WholeWriter<Name> } = {
  level,
};

/** `shape` is that of a sample before the transform. */
export function rowCode({ step, parameters }: RowTransform, shape: Shape, place: Place): RowCode {
  return (ROWS[step] as RowWriter<RowTransformName>)(parameters, shape, place);
}

/** `shape` is that of a sample before the transform. */
export function wholeCode({ step, parameters }: WholeTransform, shape: Shape, place: Place): WholeCode {
  return WHOLES[step](parameters, shape, place);
}
