/**
 * The update rules over the plan's parameters; state and constants are those of TensorFlow.js. What it lacks follows
 * Keras 3: gradients are clipped first, then all learned weights decay (biases too), then the optimizer steps.
 */

import { type OptimizerName, type Recipe, weightDecayOf } from '../recipe.ts';
import type { Parameters } from './compile-layers.ts';
import type { Run, StepPlan } from './step-plan.ts';

/** One update with the gradients that lie in memory. */
export type Update = (run: Run, learningRate: number) => void;

const EPSILON = 1e-7;
const RMSPROP_DECAY = 0.9;
const BETA1 = 0.9;
const BETA2 = 0.999;

type PlanUpdate = (plan: StepPlan, parameters: Parameters, recipe: Recipe) => Update;

/**
 * The velocity sums gradients, as in TensorFlow.js; in Keras it sums steps. The two differ only where the learning rate
 * changes: here a new rate holds for the whole velocity.
 */
const sgd: PlanUpdate = (plan, { address, gradients, count }, { momentum = 0, nesterov = false }) => {
  if (momentum === 0) {
    return ({ kernels }, learningRate) => kernels.sgd(address, gradients, count, learningRate);
  }
  const velocity = plan.keep(count);
  const ahead = nesterov ? 1 : 0;
  return ({ kernels }, learningRate) =>
    kernels.momentum(address, gradients, velocity, count, learningRate, momentum, ahead);
};

const rmsprop: PlanUpdate = (plan, { address, gradients, count }) => {
  const squares = plan.keep(count);
  return ({ kernels }, learningRate) =>
    kernels.rmsprop(address, gradients, squares, count, learningRate, RMSPROP_DECAY, EPSILON);
};

const adam: PlanUpdate = (plan, { address, gradients, count }) => {
  const [means, squares] = [plan.keep(count), plan.keep(count)];
  return ({ kernels, steps }, learningRate) => {
    kernels.adam(
      address,
      gradients,
      means,
      squares,
      count,
      learningRate,
      BETA1,
      BETA2,
      1 - BETA1 ** steps,
      1 - BETA2 ** steps,
      EPSILON,
    );
  };
};

const OPTIMIZERS: Readonly<Record<OptimizerName, PlanUpdate>> = { sgd, rmsprop, adam, adamw: adam };

/** Scales gradients down to the norm; one that is not a number makes all of them so, and training stops. */
function clipNorm({ gradients, count }: Parameters, limit: number): Update {
  return ({ kernels }) => {
    const norm = Math.sqrt(kernels.sumOfSquares(gradients, count));
    if (!(norm <= limit)) kernels.scale(gradients, count, limit / norm);
  };
}

function clipValue({ gradients, count }: Parameters, limit: number): Update {
  const start = gradients / Float32Array.BYTES_PER_ELEMENT;
  return ({ floats }) => {
    for (let i = start; i < start + count; i++) floats[i] = Math.min(Math.max(floats[i], -limit), limit);
  };
}

function decay({ address, count }: Parameters, share: number): Update {
  return ({ kernels }, learningRate) => kernels.scale(address, count, 1 - learningRate * share);
}

export function planUpdate(plan: StepPlan, parameters: Parameters, recipe: Recipe): Update {
  const share = weightDecayOf(recipe);
  const steps: readonly Update[] = [
    ...(recipe.clipNorm === undefined ? [] : [clipNorm(parameters, recipe.clipNorm)]),
    ...(recipe.clipValue === undefined ? [] : [clipValue(parameters, recipe.clipValue)]),
    ...(share === 0 ? [] : [decay(parameters, share)]),
    OPTIMIZERS[recipe.optimizer](plan, parameters, recipe),
  ];
  return (run, learningRate) => {
    for (let i = 0; i < steps.length; i++) steps[i](run, learningRate);
  };
}
