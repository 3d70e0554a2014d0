/**
 * Rounding of weights one after another, each next one making up for the errors of those before it as far as their inputs
 * vary together. Source: Frantar et al. 2022, "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained
 * Transformers", section 3, after Hassibi & Stork 1993; with the covariance in place of the second moments, because the
 * mean error goes into the bias. With R its Cholesky factor, errors cost |R · error|², of which each element is the error of one
 * weight and of those rounded before it: that is what GPTQ does with the inverse of the covariance, without the inverse.
 */

import { createSimdRounder, type Rounder } from '../../../kernels/simd/rounder.ts';
import { createPlainRounder } from './plain-rounder.ts';

/** What rounding needs of the inputs of a unit, made once for all units that have the same inputs. */
export interface Compensation {
  readonly size: number;
  /** The places of the weights, of which the last is rounded first: those that matter most. */
  readonly order: Int32Array;
  /** With the factor of the damped covariance, in that order. */
  readonly rounder: Rounder;
  /** The damped covariance, in that order. */
  covariance(): Float64Array;
}

/** Smaller ones are not worth a memory of their own. */
const LEAST_SIMD = 16;

function createRounder(size: number): Rounder {
  return (size < LEAST_SIMD ? undefined : createSimdRounder(size)) ?? createPlainRounder(size);
}

/**
 * `covariance` is symmetric, `[size, size]`. `damping`, of the mean variance, is added to each: few samples know little of how inputs
 * vary together. Undefined where they never change.
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
    (a, b) => covariance[a * size + a] - covariance[b * size + b] || b - a,
  );
  const rounder = createRounder(size);
  const fill = (into: Float64Array, stride: number, firstOf: (row: number) => number): void => {
    for (let i = 0; i < size; i++) {
      const row = order[i] * size;
      for (let j = firstOf(i); j < size; j++) into[i * stride + j] = covariance[row + order[j]];
      into[i * stride + i] += damping * mean;
    }
  };
  fill(rounder.matrix, rounder.stride, (row) => row);
  if (!rounder.factorize()) return undefined;
  let damped: Float64Array | undefined;
  const whole = (): Float64Array => {
    damped = new Float64Array(size * size);
    fill(damped, size, () => 0);
    return damped;
  };
  return { size, order, rounder, covariance: () => damped ?? whole() };
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

function roundAll(
  all: readonly Lane[],
  limit: number,
  { size, order, rounder }: Compensation,
): readonly RoundedUnit[] {
  const { lanes, weights, scales, shares, steps, costs } = rounder;
  const rounded: RoundedUnit[] = [];
  for (let first = 0; first < all.length; first += lanes) {
    const some = all.slice(first, first + lanes);
    for (const [lane, { weights: own, scale, alone }] of some.entries()) {
      for (let i = 0, at = lane; i < size; i++, at += lanes) weights[at] = own[order[i]];
      scales[lane] = scale;
      shares[lane] = alone ? 0 : 1;
    }
    rounder.round(limit);
    for (const lane of some.keys()) {
      const own = new Int32Array(size);
      for (let i = 0, at = lane; i < size; i++, at += lanes) own[i] = steps[at];
      rounded.push({ steps: own, cost: costs[lane] });
    }
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
