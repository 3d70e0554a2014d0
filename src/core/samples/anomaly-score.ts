/**
 * How far an autoencoder is from giving a sample again, as a score for what decides in integers: the mean squared error in parts of
 * the one that is the threshold of single samples.
 */

/** The score of an error that is the threshold. */
export const THRESHOLD_SCORE = 64;
/** Of all errors from about four thresholds on. */
export const MOST_SCORE = 255;

/** What an error is multiplied by, in float32. */
export function scoresPerError(threshold: number): number {
  return Math.fround(THRESHOLD_SCORE / threshold);
}

/** From 0 to `MOST_SCORE`, which also an error has that is no number. */
export function anomalyScore(error: number, perError: number): number {
  const steps = Math.fround(error * perError);
  return steps < MOST_SCORE ? Math.trunc(steps) : MOST_SCORE;
}
