/** All that the doctor does for a network: what is wrong with it, what was tried, and what is worth doing. */

import { given } from '../../core/given.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import { curesFor, type Patient, type RefusedCure, type TriedCure, tryCures } from './cures.ts';
import { diagnose } from './diagnose.ts';
import type { Diagnosis } from './diagnosis.ts';
import { type Limit, limitsOf } from './limits.ts';
import { type Recommendation, recommend } from './recommend.ts';

export interface Examination extends Diagnosis {
  /** What keeps it from being better. */
  readonly limits: readonly Limit[];
  /** What the metric of cures is; absent where nothing says what is true of the held-out records. */
  readonly metric?: string;
  /** Today's form first, then in the order of their cost. */
  readonly cures: readonly (TriedCure | RefusedCure)[];
  /** Absent where things are best left as they are. */
  readonly recommendation?: Recommendation;
}

/** More records are worth a try from this difference on, in dB. */
const FAR_BELOW = 1;

/** Throws `unsupported` errors for what has no int8 form, and `interrupted`. */
export async function examine(patient: Patient, context: WorkContext): Promise<Examination> {
  const { prepared, calibration, held, now, judge } = patient;
  const { densePerChannel } = now;
  const diagnosis = await diagnose(prepared, { calibration, held, densePerChannel }, context);
  const { ownDb, crossDb } = diagnosis.calibration ?? {};
  const overfits = ownDb !== undefined && crossDb !== undefined && crossDb < ownDb - FAR_BELOW;
  const cures = await tryCures(patient, curesFor(patient, overfits), context);
  return {
    ...diagnosis,
    limits: limitsOf(diagnosis, cures),
    cures,
    ...given({
      metric: judge?.title,
      recommendation: recommend(cures, judge?.higherIsBetter ?? true),
    }),
  };
}
