/** How long candidates train: all a little, the better ones of them longer, the best as long as the project says. */

/** Of so many candidates of a rung one comes to the next, which trains so many times as long. */
export const RUNG_FACTOR = 3;

const MOST_RUNGS = 3;

/** Epochs of each rung, the last one that of the project. */
export function rungEpochs(epochs: number): readonly number[] {
  const rungs: number[] = [epochs];
  while (rungs.length < MOST_RUNGS && rungs[0] >= RUNG_FACTOR) {
    rungs.unshift(Math.max(1, Math.round(rungs[0] / RUNG_FACTOR)));
  }
  return rungs;
}
