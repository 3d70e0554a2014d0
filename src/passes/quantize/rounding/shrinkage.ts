/**
 * How far a covariance of few rows is to be trusted. Source: Chen, Wiesel, Eldar & Hero 2010, "Shrinkage Algorithms for MMSE
 * Covariance Estimation", OAS.
 */

/** So much that nothing is left of it but the mean variance, and still a number that one can compute with. */
const MOST = 1e6;

/** The damping, of the mean variance, with which it is nearest to that of all rows there could be. */
export function shrinkage(covariance: Float64Array, size: number, rows: number): number {
  let trace = 0;
  let squares = 0;
  for (let i = 0; i < size; i++) trace += covariance[i * size + i];
  for (const value of covariance) squares += value ** 2;
  const spread = squares - trace ** 2 / size;
  if (!(spread > 0)) return MOST;
  const share = ((1 - 2 / size) * squares + trace ** 2) / ((rows + 1 - 2 / size) * spread);
  return share < 1 ? Math.min(MOST, share / (1 - share)) : MOST;
}
