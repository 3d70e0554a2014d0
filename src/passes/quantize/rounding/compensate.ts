/**
 * Rounding of weights one after another, each next one making up for the errors of those before it as far as their inputs
 * vary together. Source: Frantar et al. 2022, "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained
 * Transformers", section 3, after Hassibi & Stork 1993; with the covariance in place of the second moments, because the
 * mean error goes into the bias.
 */

import { roundHalfAway } from '../../../core/fixed-point.ts';

/** What rounding needs of the inputs of a unit, made once for all units that have the same inputs. */
export interface Compensation {
  readonly size: number;
  /** The places of the weights in the order in which they are rounded: those that matter most come first. */
  readonly order: Int32Array;
  /** Rows of the upper Cholesky factor of the inverse, in that order. */
  readonly factor: Float64Array;
  /** The damped covariance, in that order. */
  readonly covariance: Float64Array;
}

/** Lower Cholesky factor in place (upper part untouched); false where the matrix is not positive definite. */
function cholesky(matrix: Float64Array, size: number): boolean {
  for (let j = 0; j < size; j++) {
    const rowJ = j * size;
    let diagonal = matrix[rowJ + j];
    for (let k = 0; k < j; k++) diagonal -= matrix[rowJ + k] ** 2;
    if (!(diagonal > 0)) return false;
    const root = Math.sqrt(diagonal);
    matrix[rowJ + j] = root;
    for (let i = j + 1; i < size; i++) {
      const rowI = i * size;
      let sum = matrix[rowI + j];
      for (let k = 0; k < j; k++) sum -= matrix[rowI + k] * matrix[rowJ + k];
      matrix[rowI + j] = sum / root;
    }
  }
  return true;
}

/** The inverse of a lower triangular matrix, lower triangular too. */
function invertLower(lower: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const row = i * size;
    const scale = 1 / lower[row + i];
    for (let k = 0; k < i; k++) {
      const factor = lower[row + k] * scale;
      if (factor === 0) continue;
      const other = k * size;
      for (let j = 0; j <= k; j++) inverse[row + j] -= factor * inverse[other + j];
    }
    inverse[row + i] = scale;
  }
  return inverse;
}

/**
 * With H = L·Lᵀ in reversed order, the upper factor of the inverse of H is what is wanted: reversing rows and columns of the
 * inverse of L gives it. `damping`, of the mean variance, is added to each: few samples know little of how inputs vary
 * together.
 */
export function compensationOf(
  covariance: Float64Array,
  size: number,
  damping: number,
): Compensation | undefined {
  let mean = 0;
  for (let i = 0; i < size; i++) mean += covariance[i * size + i] / size;
  if (!(mean > 0)) return undefined;
  const order = Int32Array.from({ length: size }, (_, i) => i).sort(
    (a, b) => covariance[b * size + b] - covariance[a * size + a] || a - b,
  );
  const damped = new Float64Array(size * size);
  const reversed = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const value = covariance[order[i] * size + order[j]] + (i === j ? damping * mean : 0);
      damped[i * size + j] = value;
      reversed[(size - 1 - i) * size + (size - 1 - j)] = value;
    }
  }
  if (!cholesky(reversed, size)) return undefined;
  const inverse = invertLower(reversed, size);
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      factor[i * size + j] = inverse[(size - 1 - i) * size + (size - 1 - j)];
    }
  }
  return { size, order, factor, covariance: damped };
}

/** errorᵀ · covariance · error, in the order of the compensation. */
function costOf(error: Float64Array, { size, covariance }: Compensation): number {
  let cost = 0;
  for (let i = 0; i < size; i++) {
    if (error[i] === 0) continue;
    let sum = 0;
    for (let j = 0; j < size; j++) sum += covariance[i * size + j] * error[j];
    cost += error[i] * sum;
  }
  return cost;
}

const within = (steps: number, limit: number): number => Math.max(-limit, Math.min(limit, steps));

/**
 * Integers within ± `limit` for the weights of one unit, in the order of the compensation, into `steps`. Gives what their errors
 * cost: the part of each that the weights behind it cannot make up for.
 */
export function roundInOrder(
  weights: Float64Array,
  scale: number,
  limit: number,
  { size, order, factor }: Compensation,
  steps: Int32Array,
): number {
  const left = Float64Array.from(order, (place) => weights[place]);
  let cost = 0;
  for (let i = 0; i < size; i++) {
    steps[i] = within(roundHalfAway(left[i] / scale), limit);
    const row = i * size;
    const share = (left[i] - scale * steps[i]) / factor[row + i];
    cost += share ** 2;
    if (share === 0) continue;
    for (let j = i + 1; j < size; j++) left[j] -= share * factor[row + j];
  }
  return cost;
}

/** Integers within ± `limit` for the weights of one unit, `weights[i] ≈ scale · integer`, into `into`. */
export function roundTogether(
  weights: Float64Array,
  scale: number,
  limit: number,
  compensation: Compensation,
  into: Int32Array,
): void {
  const { size, order } = compensation;
  const steps = new Int32Array(size);
  roundInOrder(weights, scale, limit, compensation, steps);
  const error = new Float64Array(size);
  const nearestError = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const own = weights[order[i]];
    nearestError[i] = own - scale * within(roundHalfAway(own / scale), limit);
    error[i] = own - scale * steps[i];
  }
  const isBetter = costOf(error, compensation) < costOf(nearestError, compensation);
  for (let i = 0; i < size; i++) {
    into[order[i]] = isBetter ? steps[i] : within(roundHalfAway(weights[order[i]] / scale), limit);
  }
}
