/**
 * The update rules over the plan's parameters; state and constants are those of TensorFlow.js. What it lacks follows
 * Keras 3: gradients are clipped first, then all learned weights decay (biases too), then the optimizer steps.
 */

import { type OptimizerName, type Recipe, weightDecayOf } from '../recipe.ts';
import type { Parameters } from './compile-layers.ts';
import { blocksOf, Course } from './course.ts';
import type { Run } from './run.ts';
import type { StepPlan } from './step-plan.ts';

const EPSILON = 1e-7;
const RMSPROP_DECAY = 0.9;
const BETA1 = 0.9;
const BETA2 = 0.999;

/** Weights in a part of an update. */
const UPDATED_WEIGHTS = 4096;

/** What a rule does with the weights `offset` bytes behind the first one, and with what it keeps of each. */
type Rule = (run: Run, offset: number, count: number) => void;

type PlanRule = (plan: StepPlan, parameters: Parameters, recipe: Recipe) => Rule;

/**
 * The velocity sums gradients, as in TensorFlow.js; in Keras it sums steps. The two differ only where the learning rate
 * changes: here a new rate holds for the whole velocity.
 */
const sgd: PlanRule = (plan, { address, gradients, count: all }, { momentum = 0, nesterov = false }) => {
  if (momentum === 0) {
    return ({ kernels, learningRate }, offset, count) =>
      kernels.sgd(address + offset, gradients + offset, count, learningRate);
  }
  const velocity = plan.keep(all);
  const ahead = nesterov ? 1 : 0;
  return ({ kernels, learningRate }, offset, count) =>
    kernels.momentum(
      address + offset,
      gradients + offset,
      velocity + offset,
      count,
      learningRate,
      momentum,
      ahead,
    );
};

const rmsprop: PlanRule = (plan, { address, gradients, count: all }) => {
  const squares = plan.keep(all);
  return ({ kernels, learningRate }, offset, count) =>
    kernels.rmsprop(
      address + offset,
      gradients + offset,
      squares + offset,
      count,
      learningRate,
      RMSPROP_DECAY,
      EPSILON,
    );
};

const adam: PlanRule = (plan, { address, gradients, count: all }) => {
  const [means, squares] = [plan.keep(all), plan.keep(all)];
  return ({ kernels, steps, learningRate }, offset, count) => {
    kernels.adam(
      address + offset,
      gradients + offset,
      means + offset,
      squares + offset,
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

const OPTIMIZERS: Readonly<Record<OptimizerName, PlanRule>> = { sgd, rmsprop, adam, adamw: adam };

/** Scales gradients down to the norm; one that is not a number makes all of them so, and training stops. */
function clipNorm({ gradients, count }: Parameters, limit: number) {
  return ({ kernels }: Run): void => {
    const norm = Math.sqrt(kernels.sumOfSquares(gradients, count));
    if (!(norm <= limit)) kernels.scale(gradients, count, limit / norm);
  };
}

function clipValue({ gradients }: Parameters, limit: number): Rule {
  return ({ floats }, offset, count) => {
    const start = (gradients + offset) / Float32Array.BYTES_PER_ELEMENT;
    for (let i = start; i < start + count; i++) floats[i] = Math.min(Math.max(floats[i], -limit), limit);
  };
}

function decay({ address }: Parameters, share: number): Rule {
  return ({ kernels, learningRate }, offset, count) =>
    kernels.scale(address + offset, count, 1 - learningRate * share);
}

/** One update with the gradients that lie in memory, at the learning rate of the run. */
export function planUpdate(plan: StepPlan, parameters: Parameters, recipe: Recipe): Course {
  const course = new Course('forward');
  const blocks = blocksOf(parameters.count, UPDATED_WEIGHTS);
  const rules: Rule[] = [];
  const share = weightDecayOf(recipe);
  if (recipe.clipNorm !== undefined) course.add(clipNorm(parameters, recipe.clipNorm));
  if (recipe.clipValue !== undefined) rules.push(clipValue(parameters, recipe.clipValue));
  if (share !== 0) rules.push(decay(parameters, share));
  rules.push(OPTIMIZERS[recipe.optimizer](plan, parameters, recipe));
  course.addByPart(blocks.count, (run, from, to) => {
    const first = blocks.start(from);
    for (const rule of rules) rule(run, first * Float32Array.BYTES_PER_ELEMENT, blocks.start(to) - first);
  });
  return course;
}
