/** The weights of a supernet while they are trained: one piece, with one rule of update. */

import type { HeapKind } from '../../kernels/training/heap.ts';
import { planUpdate } from '../compiled/optimizers.ts';
import { view } from '../compiled/run.ts';
import { StepPlan } from '../compiled/step-plan.ts';
import { openRun } from '../compiled/training-heap.ts';
import type { Recipe } from '../recipe.ts';

export interface LiveWeights {
  readonly values: Float32Array;
  /** Added up by whoever has some. */
  readonly gradients: Float32Array;
  /** One step with the gradients, which are zero afterwards. */
  update(learningRate: number): void;
}

export function liveWeights(initial: Float32Array, recipe: Recipe, kind: HeapKind): LiveWeights {
  const count = initial.length;
  const plan = new StepPlan(1);
  const parameters = { address: plan.keep(count), gradients: plan.reserve(count), count };
  const step = planUpdate(plan, parameters, recipe);
  const run = openRun(plan, kind);
  const [values, gradients] = [parameters.address, parameters.gradients].map((at) => view(run, at, count));
  values.set(initial);
  return {
    values,
    gradients,
    update(learningRate) {
      run.steps++;
      run.learningRate = learningRate;
      step.run(run);
      gradients.fill(0);
    },
  };
}
