/**
 * What a chip does with the answers of a network that listens all the time: integers alone, so that it decides here as it decides
 * there. A score is what an output of the model is above its zero point, in steps.
 */

export interface Decision {
  /** Answers whose scores are added up; before there are as many nothing is decided. */
  readonly smoothing: number;
  /** For each class the sum of scores that it has to reach to be heard; 0 for one that never is: silence, "unknown". */
  readonly on: readonly number[];
  /** A class that was heard is over when its sum is below this; at most `on`. Nothing else is heard before. */
  readonly off: readonly number[];
  /** Answers that lie at least between two beginnings. */
  readonly gap: number;
  /**
   * Of an autoencoder: the mean squared error above which a single sample is an anomaly. There is one class then, and its score is
   * how far the model is from giving its input again (`anomaly-score.ts`).
   */
  readonly threshold?: number | undefined;
}
