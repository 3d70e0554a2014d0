/** What batches of training leave in memory, however courses are run. */

import { createRandom } from '../../../src/core/random.ts';
import { createHeap } from '../../../src/kernels/training/heap.ts';
import { writeWeights } from '../../../src/training/compiled/compile-layers.ts';
import type { Course } from '../../../src/training/compiled/course.ts';
import type { Run } from '../../../src/training/compiled/run.ts';
import { planTraining } from '../../../src/training/compiled/training-plan.ts';
import type { TrainingJob } from '../../../src/training/trainer.ts';

const ROWS = 7;
/** From one thread's scratch memory to another's. */
export const ELSEWHERE = 16;

export type RunCourse = (course: Course, run: Run) => void;

/** All that the plan reserved, after some batches with gradients that are drawn; every third one is smaller. */
export function trainedMemory(job: TrainingJob, batches: number, runCourse: RunCourse): Float32Array {
  const { model, courses } = planTraining(job, ROWS);
  const {
    plan,
    input,
    outputs: [output],
  } = model;
  const { buffer, kernels, link } = createHeap(plan.bytes + plan.scratchBytes + ELSEWHERE);
  const floats = new Float32Array(buffer);
  for (const initialize of plan.initialize) initialize(floats);
  writeWeights(model, floats, job.initialWeights);
  const run: Run = {
    kernels,
    link,
    floats,
    scratch: plan.bytes,
    samplesAtOnce: plan.samplesAtOnce,
    rows: ROWS,
    training: true,
    steps: 0,
    learningRate: 0.1,
  };
  const random = createRandom(3, 'parts');
  for (let batch = 0; batch < batches; batch++) {
    run.rows = batch % 3 === 1 ? ROWS - 2 : ROWS;
    for (let i = 0; i < ROWS * input.size; i++) floats[input.address / 4 + i] = random.normal();
    runCourse(courses.forward, run);
    const to = (output.gradient ?? 0) / 4;
    for (let i = 0; i < ROWS * output.size; i++) floats[to + i] = random.normal();
    runCourse(courses.backward, run);
    run.steps++;
    runCourse(courses.update, run);
  }
  return floats.slice(0, plan.bytes / 4);
}
