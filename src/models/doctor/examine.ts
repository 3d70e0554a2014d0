/** All that the doctor does for a network: what is wrong with it, what was tried, and what is worth doing. */

import { given } from '../../core/given.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import { curesFor, type Patient, type RefusedCure, type TriedCure, tryCures } from './cures.ts';
import { diagnose } from './diagnose.ts';
import type { Diagnosis } from './diagnosis.ts';
import { type Limit, limitsOf } from './limits.ts';
import { type Recommendation, recommend } from './recommend.ts';

/** Of one patient. */
export interface Examination extends Diagnosis {
  /** What keeps it from being better. */
  readonly limits: readonly Limit[];
  /** What the metric of cures is; absent where nothing says what is true of the held-out records. */
  readonly metric?: string;
  /** The same of each output, where there are several. */
  readonly metrics?: readonly string[];
  /** Today's form first, then in the order of their cost. */
  readonly cures: readonly (TriedCure | RefusedCure)[];
  /** Absent where things are best left as they are. */
  readonly recommendation?: Recommendation;
}

/** What the figures of a cure's task are, one for each output; empty where nothing judges. */
export function metricTitles({
  metric,
  metrics,
}: Pick<Examination, 'metric' | 'metrics'>): readonly string[] {
  return metrics ?? (metric === undefined ? [] : [metric]);
}

/** More records are worth a try from this difference on, in dB. */
const FAR_BELOW = 1;
/** A layer in int16 is from this gain on, in dB. */
const WORTH_INT16 = 0.5;

/** The named layer that gains most by int16, if that is worth a word. */
function wideLayerOf({ prepare }: Patient, { layers }: Diagnosis): string | undefined {
  const named = new Set(
    prepare('default')
      .nodes.map(({ name }) => name)
      .filter((name) => name !== ''),
  );
  const [best] = layers
    .filter(({ layer, int16GainDb }) => named.has(layer) && (int16GainDb ?? 0) > WORTH_INT16)
    .sort((a, b) => (b.int16GainDb ?? 0) - (a.int16GainDb ?? 0));
  return best?.layer;
}

/** Throws `unsupported` errors for what has no int8 form, and `interrupted`. */
export async function examine(patient: Patient, context: WorkContext): Promise<Examination> {
  const { calibration, held, now, judge, outputsJudge } = patient;
  const scores = outputsJudge?.scores ?? (judge === undefined ? [] : [judge]);
  const prepared = patient.prepare('tensorflow');
  const { densePerChannel } = now;
  const diagnosis = await diagnose(prepared, { calibration, held, densePerChannel }, context);
  const { ownDb, crossDb } = diagnosis.calibration ?? {};
  const overfits = ownDb !== undefined && crossDb !== undefined && crossDb < ownDb - FAR_BELOW;
  const cures = await tryCures(
    patient,
    curesFor(patient, { moreSamples: overfits, wideLayer: wideLayerOf(patient, diagnosis) }),
    context,
  );
  return {
    ...diagnosis,
    limits: limitsOf(diagnosis, cures),
    cures,
    ...given({
      metric: judge?.title,
      metrics: outputsJudge?.scores.map(({ title }) => title),
      recommendation: recommend(
        cures,
        scores.map(({ higherIsBetter }) => higherIsBetter),
      ),
    }),
  };
}
