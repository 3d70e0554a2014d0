/** How many weights are zero at which update (Zhu and Gupta, "To prune, or not to prune", 2017): fast first, then slower. */

/** Shares of the weights, and updates of a training, which count from 1. */
export interface SparsitySchedule {
  readonly initial: number;
  readonly final: number;
  readonly begin: number;
  /** `final` is reached there. */
  readonly end: number;
  /** Updates from one choice of weights to the next. */
  readonly every: number;
}

const POWER = 3;

/** The share that is to be zero from an update on; undefined where it stays as it was before. */
export function sparsityAt(
  { initial, final, begin, end, every }: SparsitySchedule,
  step: number,
): number | undefined {
  if (step < begin || step > end || (step !== end && (step - begin) % every !== 0)) return undefined;
  if (step === end) return final;
  return final + (initial - final) * (1 - (step - begin) / (end - begin)) ** POWER;
}
