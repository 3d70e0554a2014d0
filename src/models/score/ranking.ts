/** How well scores put positives above negatives, whatever the threshold. Ties count half, or as one step of a curve. */

/** A threshold, and what it makes of the samples: everything from that score on is called positive. */
export interface RankingStep {
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
}

export interface Ranking {
  readonly positives: number;
  readonly negatives: number;
  /** From the highest score to the lowest; equal scores are one step. */
  readonly steps: readonly RankingStep[];
}

/** `isPositive[i]` is 1 for samples that should have a high score. Scores are finite. */
export function rank(scores: ArrayLike<number>, isPositive: ArrayLike<number>): Ranking {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort(
    (a, b) => scores[b] - scores[a],
  );
  const steps: RankingStep[] = [];
  let [truePositives, falsePositives] = [0, 0];
  for (let i = 0; i < order.length; i++) {
    if (isPositive[order[i]] === 1) truePositives++;
    else falsePositives++;
    const threshold = scores[order[i]];
    if (i + 1 === order.length || scores[order[i + 1]] !== threshold) {
      steps.push({ threshold, truePositives, falsePositives });
    }
  }
  return { positives: truePositives, negatives: falsePositives, steps };
}

/** Whether there is anything to rank: positives and negatives. */
export function isRanked({ positives, negatives }: Ranking): boolean {
  return positives > 0 && negatives > 0;
}

/**
 * Area under the ROC curve up to a false positive rate, divided by that rate: with 1 the AUC. The last piece is cut by a
 * straight line. NaN where there are no positives or no negatives.
 */
export function areaUnderCurve({ positives, negatives, steps }: Ranking, upTo = 1): number {
  let [area, lastRate, lastTrue] = [0, 0, 0];
  for (const { truePositives, falsePositives } of steps) {
    const rate = falsePositives / negatives;
    const share = truePositives / positives;
    if (rate > upTo) {
      const cut = lastTrue + ((share - lastTrue) * (upTo - lastRate)) / (rate - lastRate);
      return (area + ((upTo - lastRate) * (lastTrue + cut)) / 2) / upTo;
    }
    area += ((rate - lastRate) * (share + lastTrue)) / 2;
    [lastRate, lastTrue] = [rate, share];
  }
  return area / upTo;
}

/** Σ (recall − recall before) · precision over the steps, as scikit-learn has it. NaN where there are no positives. */
export function averagePrecision({ positives, steps }: Ranking): number {
  let [sum, before] = [0, 0];
  for (const { truePositives, falsePositives } of steps) {
    sum += (truePositives - before) * (truePositives / (truePositives + falsePositives));
    before = truePositives;
  }
  return sum / positives;
}

/** At most `count` steps, evenly spaced with the first and the last: enough to draw a curve. */
export function thinned(steps: readonly RankingStep[], count: number): readonly RankingStep[] {
  if (steps.length <= count) return steps;
  return Array.from({ length: count }, (_, i) => steps[Math.round((i * (steps.length - 1)) / (count - 1))]);
}
