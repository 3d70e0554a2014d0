/** The update rules over the plan's parameters; state and constants are those of TensorFlow.js. */

import type { OptimizerName, Recipe } from '../recipe.ts';
import type { Parameters } from './compile-layers.ts';
import type { Run, StepPlan } from './step-plan.ts';

/** One update with the gradients that lie in memory. */
export type Update = (run: Run, learningRate: number) => void;

const EPSILON = 1e-7;
const RMSPROP_DECAY = 0.9;
const BETA1 = 0.9;
const BETA2 = 0.999;

type PlanUpdate = (plan: StepPlan, parameters: Parameters, recipe: Recipe) => Update;

const sgd: PlanUpdate =
  (_, { address, gradients, count }) =>
  ({ kernels }, learningRate) =>
    kernels.sgd(address, gradients, count, learningRate);

const rmsprop: PlanUpdate = (plan, { address, gradients, count }) => {
  const squares = plan.reserve(count);
  return ({ kernels }, learningRate) =>
    kernels.rmsprop(address, gradients, squares, count, learningRate, RMSPROP_DECAY, EPSILON);
};

const adam: PlanUpdate = (plan, { address, gradients, count }) => {
  const [means, squares] = [plan.reserve(count), plan.reserve(count)];
  let steps = 0;
  return ({ kernels }, learningRate) => {
    steps++;
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

const OPTIMIZERS: Readonly<Record<OptimizerName, PlanUpdate>> = { sgd, rmsprop, adam };

export function planUpdate(plan: StepPlan, parameters: Parameters, recipe: Recipe): Update {
  return OPTIMIZERS[recipe.optimizer](plan, parameters, recipe);
}
