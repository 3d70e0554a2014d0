/** The table of preparing steps, and how the project file asks for them. */

import * as z from 'zod';
import type { TransformName } from '../../core/samples/preparation.ts';
import { clip } from './clip.ts';
import { decimate } from './decimate.ts';
import { fill } from './fill.ts';
import { fixedSpectrum } from './fixed-spectrum.ts';
import { level } from './level.ts';
import { minMax } from './min-max.ts';
import { oneHot } from './one-hot.ts';
import { presetStep } from './presets/preset-step.ts';
import { robust } from './robust.ts';
import { scale } from './scale.ts';
import { belowPeak } from './signal/below-peak.ts';
import { dct } from './signal/dct.ts';
import { filter } from './signal/filter.ts';
import { logarithm } from './signal/logarithm.ts';
import { normalize } from './signal/normalize.ts';
import { padEnds } from './signal/pad-ends.ts';
import { preEmphasis } from './signal/pre-emphasis.ts';
import { removeMean } from './signal/remove-mean.ts';
import { round } from './signal/round.ts';
import { statistics } from './signal/statistics.ts';
import { spectrum } from './spectrum.ts';
import { standard } from './standard.ts';
import type { PreparingStep } from './step.ts';

export const STEP_NAMES = [
  'standard',
  'min-max',
  'robust',
  'scale',
  'clip',
  'fill',
  'level',
  'one-hot',
  'decimate',
  'spectrum',
  'fixed-spectrum',
  'statistics',
  'pre-emphasis',
  'filter',
  'remove-mean',
  'normalize',
  'logarithm',
  'dct',
  'round',
  'below-peak',
  'pad-ends',
] as const;
export type StepName = (typeof STEP_NAMES)[number];

export const STEPS = {
  standard,
  'min-max': minMax,
  robust,
  scale,
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
  'remove-mean': removeMean,
  normalize,
  logarithm,
  dct,
  round,
  'below-peak': belowPeak,
  'pad-ends': padEnds,
} as const satisfies Record<StepName, unknown>;

/** One step as the project file asks for it; its member `step` names it. */
export const stepSchema = z
  .union([
    standard.options,
    minMax.options,
    robust.options,
    scale.options,
    clip.options,
    fill.options,
    level.options,
    oneHot.options,
    decimate.options,
    spectrum.options,
    fixedSpectrum.options,
    statistics.options,
    preEmphasis.options,
    filter.options,
    removeMean.options,
    normalize.options,
    logarithm.options,
    dct.options,
    round.options,
    belowPeak.options,
    padEnds.options,
    presetStep,
  ])
  // Every source may have them: the schema of the project file says once what they are.
  .meta({ id: 'preparingStep' });

export type StepInput = z.input<typeof stepSchema>;
/** The same with its defaults. */
export type StepOptions = z.output<typeof stepSchema>;
/** What is no list of others. */
export type PlainStepOptions = Exclude<StepOptions, { readonly step: 'preset' }>;

/** The one place that forgets which row belongs to which options: `step` has chosen it. */
export function stepOf({
  step,
}: PlainStepOptions): PreparingStep<z.ZodType<PlainStepOptions>, TransformName> {
  return STEPS[step] as PreparingStep<z.ZodType<PlainStepOptions>, TransformName>;
}
