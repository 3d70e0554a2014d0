/** Which of several candidates did better: by score alone, and by score against size. */

import type { ScoreMetric, TrialScore } from './trial.ts';

/** Of one trial, as far as it is compared. */
export interface Standing {
  /** Larger is better, whatever the metric. */
  readonly merit: number;
  /** Smaller is better. */
  readonly size: number;
  /** Decides between equals: the earlier one. */
  readonly number: number;
}

/** Accuracies are large where models are good, errors small. */
const IS_ERROR: Readonly<Record<ScoreMetric, boolean>> = {
  accuracy: false,
  auc: false,
  mse: true,
  reconstruction: true,
};

/** What the chip computes counts, where it is known. */
export function meritOf({ metric, float, converted = float }: TrialScore): number {
  return IS_ERROR[metric] ? -converted : converted;
}

function byMerit(a: Standing, b: Standing): number {
  return b.merit - a.merit || a.size - b.size || a.number - b.number;
}

/** Whether nothing is left that `b` is better at, and something that `a` is. */
function dominates(a: Standing, b: Standing): boolean {
  return a.merit >= b.merit && a.size <= b.size && (a.merit > b.merit || a.size < b.size);
}

/** Those that no other one dominates come first, then those that only those dominate, and so on; in each by merit. */
function byFronts<Entry extends Standing>(entries: readonly Entry[]): Entry[] {
  const ordered: Entry[] = [];
  let left = [...entries];
  while (left.length > 0) {
    const front = left.filter((entry) => !left.some((other) => dominates(other, entry)));
    ordered.push(...front.sort(byMerit));
    left = left.filter((entry) => !front.includes(entry));
  }
  return ordered;
}

/** Best first: in turn the next by merit, and the next by merit against size. */
export function ranked<Entry extends Standing>(entries: readonly Entry[]): Entry[] {
  const alone = [...entries].sort(byMerit);
  const fronts = byFronts(entries);
  const turns = alone.flatMap((entry, index) => [entry, fronts[index]]);
  return [...new Set(turns)];
}
