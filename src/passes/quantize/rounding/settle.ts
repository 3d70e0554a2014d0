/**
 * Integers of a unit that no single change by a step makes better: with few bits the order in which weights were rounded leaves
 * something to gain. Coordinate descent on the quadratic form that rounding is judged by.
 */

import type { Compensation } from './compensate.ts';

/** Sweeps over all weights of a unit; most units settle earlier. */
const MOST_SWEEPS = 8;

/** Changes `steps`, which are in the order of the compensation, within ± `limit`, where that lowers errorᵀ · covariance · error. */
export function settle(
  weights: Float64Array,
  scale: number,
  limit: number,
  { size, order, covariance: covarianceOf }: Compensation,
  steps: Int32Array,
): void {
  const covariance = covarianceOf();
  const error = Float64Array.from(order, (place, i) => weights[place] - scale * steps[i]);
  const slopes = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) slopes[i] += covariance[i * size + j] * error[j];
  }
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let changed = false;
    // Those that matter most come first.
    for (let i = size - 1; i >= 0; i--) {
      const row = i * size;
      const wanted = Math.round(slopes[i] / (covariance[row + i] * scale));
      const old = steps[i];
      const next = Math.max(-limit, Math.min(limit, old + wanted));
      if (next === old || Number.isNaN(next)) continue;
      const shift = scale * (next - old);
      for (let j = 0; j < size; j++) slopes[j] -= shift * covariance[row + j];
      steps[i] = next;
      changed = true;
    }
    if (!changed) break;
  }
}
