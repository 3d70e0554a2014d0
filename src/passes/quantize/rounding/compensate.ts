/**
 * Rounding of weights one after another, each next one making up for the errors of those before it as far as their inputs
 * vary together. Source: Frantar et al. 2022, "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained
 * Transformers", section 3, after Hassibi & Stork 1993; with the covariance in place of the second moments, because the
 * mean error goes into the bias.
 */

import { roundHalfAway } from '../../../core/fixed-point.ts';
import { cholesky } from './cholesky.ts';

/** What rounding needs of the inputs of a unit, made once for all units that have the same inputs. */
export interface Compensation {
  readonly size: number;
  /** The places of the weights, of which the last is rounded first: those that matter most. */
  readonly order: Int32Array;
  /** The upper Cholesky factor R of the covariance Rᵀ · R, in that order. */
  readonly factor: Float64Array;
  /** The damped covariance, in that order. */
  readonly covariance: Float64Array;
}

/** `damping`, of the mean variance, is added to each: few samples know little of how inputs vary together. */
export function compensationOf(
  covariance: Float64Array,
  size: number,
  damping: number,
): Compensation | undefined {
  let mean = 0;
  for (let i = 0; i < size; i++) mean += covariance[i * size + i] / size;
  if (!(mean > 0)) return undefined;
  const order = Int32Array.from({ length: size }, (_, i) => i).sort(
    (a, b) => covariance[a * size + a] - covariance[b * size + b] || b - a,
  );
  const damped = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const row = order[i] * size;
    for (let j = 0; j < size; j++) damped[i * size + j] = covariance[row + order[j]];
    damped[i * size + i] += damping * mean;
  }
  const factor = damped.slice();
  return cholesky(factor, size) ? { size, order, factor, covariance: damped } : undefined;
}

/** Weights of a unit, which have one scale. */
export interface UnitWeights {
  readonly weights: Float64Array;
  readonly scale: number;
}

/** Integers in the order of the compensation, and what their errors cost: errorᵀ · covariance · error. */
export interface RoundedUnit {
  readonly steps: Int32Array;
  readonly cost: number;
}

interface Lane extends UnitWeights {
  /** Every weight goes to its nearest integer, whatever the errors of the others. */
  readonly alone: boolean;
}

/** So many meet each number of the factor, which is too large to stay close to the processor. */
const LANES = 4;

/**
 * Of `LANES` lanes. With R the factor, errors cost |R · error|², of which each element is the error of one weight and of those
 * rounded before it. That is what GPTQ does with the inverse of the covariance, without the inverse.
 */
function roundLanes(
  lanes: readonly Lane[],
  limit: number,
  { size, order, factor }: Compensation,
): readonly RoundedUnit[] {
  const steps = lanes.map(() => new Int32Array(size));
  const costs = new Float64Array(LANES);
  /** [size, lanes] */
  const errors = new Float64Array(size * LANES);
  const pulls = new Float64Array(LANES);
  for (let i = size - 1; i >= 0; i--) {
    const row = i * size;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let j = i + 1, at = LANES * j; j < size; j++, at += LANES) {
      const share = factor[row + j];
      a += share * errors[at];
      b += share * errors[at + 1];
      c += share * errors[at + 2];
      d += share * errors[at + 3];
    }
    pulls[0] = a;
    pulls[1] = b;
    pulls[2] = c;
    pulls[3] = d;
    const own = factor[row + i];
    for (let lane = 0; lane < LANES; lane++) {
      const { weights, scale, alone } = lanes[lane];
      const weight = weights[order[i]];
      const wanted = alone ? weight : weight + pulls[lane] / own;
      const nearest = Math.max(-limit, Math.min(limit, roundHalfAway(wanted / scale)));
      const error = weight - scale * nearest;
      steps[lane][i] = nearest;
      errors[i * LANES + lane] = error;
      costs[lane] += (pulls[lane] + own * error) ** 2;
    }
  }
  return steps.map((own, lane) => ({ steps: own, cost: costs[lane] }));
}

function roundAll(lanes: readonly Lane[], limit: number, compensation: Compensation): readonly RoundedUnit[] {
  const rounded: RoundedUnit[] = [];
  for (let first = 0; first < lanes.length; first += LANES) {
    const some = Array.from({ length: LANES }, (_, lane) => lanes[Math.min(first + lane, lanes.length - 1)]);
    rounded.push(...roundLanes(some, limit, compensation).slice(0, lanes.length - first));
  }
  return rounded;
}

/** Integers within ± `limit`, each making up for the errors of those before it. */
export function roundInOrder(
  units: readonly UnitWeights[],
  limit: number,
  compensation: Compensation,
): readonly RoundedUnit[] {
  return roundAll(
    units.map((unit) => ({ ...unit, alone: false })),
    limit,
    compensation,
  );
}

/** Integers within ± `limit`, `weights[i] ≈ scale · integer`: rounded in order, or the nearest ones where those cost less. */
export function roundTogether(
  units: readonly UnitWeights[],
  limit: number,
  compensation: Compensation,
): readonly Int32Array[] {
  const lanes = units.flatMap((unit) => [false, true].map((alone) => ({ ...unit, alone })));
  const rounded = roundAll(lanes, limit, compensation);
  return units.map((_, index) => {
    const [together, nearest] = rounded.slice(2 * index, 2 * index + 2);
    const { steps } = together.cost < nearest.cost ? together : nearest;
    const inPlace = new Int32Array(steps.length);
    for (const [i, place] of compensation.order.entries()) inPlace[place] = steps[i];
    return inPlace;
  });
}
