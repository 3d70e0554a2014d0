/** The area under the ROC curve: how likely a positive gets a higher score than a negative. */

/**
 * Exact, with ties counted half, over all outputs together, as Keras pools them. Targets above 0.5 are positives.
 * NaN where all targets are positives, or none.
 */
export function areaUnderRoc(scores: Float32Array, targets: Float32Array): number {
  const order = Uint32Array.from(scores, (_, index) => index).sort((a, b) => scores[a] - scores[b]);
  let negatives = 0;
  let positives = 0;
  let wins = 0;
  for (let start = 0; start < order.length; ) {
    let tiedNegatives = 0;
    let tiedPositives = 0;
    const score = scores[order[start]];
    let end = start;
    // At least one, because a NaN is not even equal to itself.
    do {
      if (targets[order[end]] > 0.5) tiedPositives++;
      else tiedNegatives++;
      end++;
    } while (end < order.length && scores[order[end]] === score);
    wins += tiedPositives * (negatives + tiedNegatives / 2);
    negatives += tiedNegatives;
    positives += tiedPositives;
    start = end;
  }
  return wins / (negatives * positives);
}
