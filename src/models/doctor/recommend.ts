/** Which of the cures that were tried is worth taking. */

import { isWide, type RefusedCure, type TriedCure } from './cures.ts';

/** Less than this is luck, or not worth a change, in dB. */
const WORTH_IT = 1;
/** Cures that are as near to the best are as good, and the cheapest of them is taken. */
const AS_GOOD = 1;
/** Of the metric: what steps of few records are not held against a cure. */
const METRIC_SLACK = 0.005;

/** What is worth doing. */
export interface Recommendation {
  readonly cure: TriedCure;
  /** On held-out records, in dB; absent where it leaves no noise. */
  readonly gainDb?: number;
}

const isTried = (cure: TriedCure | RefusedCure): cure is TriedCure => !('refusal' in cure);

type Metric = number | null | undefined;

/** What the task says of a cure: one figure, or one of each output. */
function metricsOf({ metric, metrics }: TriedCure): readonly Metric[] {
  return metrics ?? [metric];
}

function worsens(metric: Metric, now: Metric, higherIsBetter: boolean): boolean {
  if (typeof metric !== 'number' || typeof now !== 'number') return false;
  const loss = higherIsBetter ? now - metric : metric - now;
  return loss > METRIC_SLACK * Math.abs(now);
}

/**
 * The cheapest of those of int8 that come near the best, if it gains on both halves of the held-out records and the task is served no
 * worse; undefined where things are best left as they are. `cures` are in the order of their cost, today's form first; `higherIsBetter`
 * says it of each metric.
 */
export function recommend(
  cures: readonly (TriedCure | RefusedCure)[],
  higherIsBetter: readonly boolean[],
): Recommendation | undefined {
  const [now, ...others] = cures.filter(isTried);
  if (now?.kind !== 'now' || now.sqnrDb === undefined) return undefined;
  const today = now.sqnrDb;
  const gainOf = ({ sqnrDb }: TriedCure): number => (sqnrDb ?? Number.POSITIVE_INFINITY) - today;
  const isSure = (cure: TriedCure): boolean =>
    cure.halvesDb.every((own, half) => (own ?? Infinity) - (now.halvesDb[half] ?? Infinity) >= WORTH_IT);
  const eligible = others.filter(
    (cure) =>
      !isWide(cure) &&
      gainOf(cure) >= WORTH_IT &&
      isSure(cure) &&
      !higherIsBetter.some((higher, place) => worsens(metricsOf(cure)[place], metricsOf(now)[place], higher)),
  );
  if (eligible.length === 0) return undefined;
  const best = Math.max(...eligible.map(gainOf));
  const cure = eligible.find((one) => gainOf(one) >= best - AS_GOOD) ?? eligible[0];
  return { cure, ...(cure.sqnrDb === undefined ? {} : { gainDb: cure.sqnrDb - today }) };
}
