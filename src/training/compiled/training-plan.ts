/** All that a training step computes, planned from the job alone: every thread that plans it finds the same addresses. */

import { inputError } from '../../core/errors.ts';
import type { TrainingJob } from '../trainer.ts';
import { type CompiledModel, compileModel } from './compile-layers.ts';
import type { Course } from './course.ts';
import { planUpdate } from './optimizers.ts';

/** What decides the plan. */
export type PlannedJob = Pick<TrainingJob, 'topology' | 'recipe' | 'seed'>;

export const COURSES = ['forward', 'backward', 'update'] as const;
export type CourseName = (typeof COURSES)[number];
export type Courses = Readonly<Record<CourseName, Course>>;

export interface TrainingPlan {
  readonly model: CompiledModel;
  readonly courses: Courses;
}

/** For batches of at most `rows` samples. */
export function planTraining({ topology, recipe, seed }: PlannedJob, rows: number): TrainingPlan {
  const model = compileModel(topology, rows, seed);
  const { plan, parameters } = model;
  if (parameters.count === 0) {
    throw inputError(
      'nothing-to-train',
      'The model has no weights, so that there is nothing to train.',
      'Add a layer that learns, such as Dense.',
    );
  }
  const update = planUpdate(plan, parameters, recipe);
  return { model, courses: { forward: plan.forward, backward: plan.backward, update } };
}
