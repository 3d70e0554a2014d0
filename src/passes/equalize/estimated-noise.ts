/**
 * What int8 adds to the sums of the second operator of a pair, as far as weights tell: inputs of the first are taken to be
 * alike, of power 1, and its units to be normal around zero. Only a ratio of two such numbers means something.
 */

import { type Linear, perIndex } from '../linear.ts';
import type { UnitPair } from './unit-pairs.ts';

/** How many standard deviations the range of an activation reaches. */
const PEAK = 4;
const WEIGHT_STEPS = 127;
const ACTIVATION_STEPS = 255;

/** Whether one scale serves all weights of an operator, or each of its units has one. */
export type HasOneScale = (linear: Linear) => boolean;

function largestOf(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

/** Steps of the weights of each output; `sizes` are the largest magnitudes. */
function weightSteps(sizes: Float64Array, hasOneScale: boolean): Float64Array {
  return hasOneScale
    ? new Float64Array(sizes.length).fill(largestOf(sizes) / WEIGHT_STEPS)
    : sizes.map((size) => size / WEIGHT_STEPS);
}

/** With the units of the pair divided by `factors`; twelfths of squared steps, which all terms have in common. */
export function estimatedNoise(
  { first, second, unitOf }: UnitPair,
  factors: Float64Array,
  hasOneScale: HasOneScale,
): number {
  const { outputs: units, outputOf } = first.layout;
  const square = (weight: number): number => weight ** 2;
  const power = perIndex(units, first.weights, outputOf, square, 'sum');
  const reach = perIndex(units, second.weights, unitOf, square, 'sum').map(
    (sum, unit) => sum * factors[unit] ** 2,
  );

  const rows = perIndex(units, first.weights, outputOf, Math.abs, 'largest');
  const firstSteps = weightSteps(
    rows.map((size, unit) => size / factors[unit]),
    hasOneScale(first),
  );
  const fanIn = first.weights.length / units;
  const activationStep =
    (PEAK * largestOf(power.map((sum, unit) => Math.sqrt(sum) / factors[unit]))) / ACTIVATION_STEPS;
  let noise = 0;
  for (let unit = 0; unit < units; unit++) {
    noise += reach[unit] * (fanIn * firstSteps[unit] ** 2 + activationStep ** 2);
  }

  const { outputs, outputOf: rowOf } = second.layout;
  const scaled = second.weights.map((weight, index) => weight * factors[unitOf(index)]);
  const sizes = perIndex(outputs, scaled, rowOf, Math.abs, 'largest');
  const secondSteps = weightSteps(sizes, hasOneScale(second));
  for (let index = 0; index < scaled.length; index++) {
    const unit = unitOf(index);
    // RELU passes half of the power on.
    noise += (secondSteps[rowOf(index)] ** 2 * power[unit]) / 2 / factors[unit] ** 2;
  }
  return noise;
}
