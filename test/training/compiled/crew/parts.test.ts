import { expect, it } from 'vitest';
import { createRandom, type Random } from '../../../../src/core/random.ts';
import { createHeap } from '../../../../src/kernels/training/heap.ts';
import { writeWeights } from '../../../../src/training/compiled/compile-layers.ts';
import type { Course, Stage, Step } from '../../../../src/training/compiled/course.ts';
import type { Run } from '../../../../src/training/compiled/run.ts';
import { planTraining } from '../../../../src/training/compiled/training-plan.ts';
import type { TrainingJob } from '../../../../src/training/trainer.ts';
import { jobOf } from '../job.ts';
import { endedCase, LAYER_CASES } from '../layer-cases.ts';

const ROWS = 7;
const STEPS = 3;
/** From one thread's scratch memory to another's. */
const ELSEWHERE = 16;

/** Pieces of a step's parts, in any order. */
function pieces(parts: number, random: Random): readonly (readonly [number, number])[] {
  const cuts = Array.from({ length: parts - 1 }, (_, i) => i + 1).filter(() => random.uniform() < 0.6);
  const ends = [...cuts, parts];
  return [0, ...cuts]
    .map((from, index): [number, number] => [from, ends[index]])
    .map((piece) => ({ piece, at: random.uniform() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ piece }) => piece);
}

type RunCourse = (course: Course, run: Run) => void;

/** Some steps of training with gradients that are drawn; all that the plan reserved afterwards. */
function trained(job: TrainingJob, runCourse: RunCourse): Float32Array {
  const { model, courses } = planTraining(job, ROWS);
  const {
    plan,
    input,
    outputs: [output],
  } = model;
  const { buffer, kernels } = createHeap(plan.bytes + plan.scratchBytes + ELSEWHERE);
  const floats = new Float32Array(buffer);
  for (const initialize of plan.initialize) initialize(floats);
  writeWeights(model, floats, job.initialWeights);
  const run: Run = {
    kernels,
    floats,
    scratch: plan.bytes,
    samplesAtOnce: plan.samplesAtOnce,
    rows: ROWS,
    training: true,
    steps: 0,
    learningRate: 0.1,
  };
  const random = createRandom(3, 'parts');
  for (let step = 0; step < STEPS; step++) {
    run.rows = step === 1 ? ROWS - 2 : ROWS;
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

type Piece = (run: Run) => void;

function runAll(steps: readonly Step[], run: Run, from: number, to: number): void {
  for (const { work } of steps) work(run, from, to);
}

/** All that a stage computes, in pieces that may come in any order. */
function piecesOf({ kind, steps }: Stage, { rows }: Run, random: Random): readonly Piece[] {
  if (kind === 'one') return [(run) => runAll(steps, run, 0, 1)];
  if (kind !== 'parts') return pieces(rows, random).map((piece) => (run) => runAll(steps, run, ...piece));
  return steps
    .flatMap((step) => pieces(step.parts as number, random).map((piece) => ({ step, piece })))
    .map((one) => ({ ...one, at: random.uniform() }))
    .toSorted((a, b) => a.at - b.at)
    .map(
      ({ step, piece }) =>
        (run) =>
          step.work(run, ...piece),
    );
}

it.each(LAYER_CASES)('steps of %s give the same bytes in any parts and order', (_, shape, layers) => {
  const job = jobOf(endedCase(shape, layers), shape, { optimizer: 'adam' });
  const whole = trained(job, (course, run) => course.run(run));
  const random = createRandom(5, 'pieces');
  let divided = 0;
  const inPieces = trained(job, (course, run) => {
    for (const stage of course.stages) {
      const all = piecesOf(stage, run, random);
      divided += all.length - 1;
      // Each piece finds another thread's scratch memory.
      for (const [index, piece] of all.entries())
        piece({ ...run, scratch: run.scratch + (index % 2) * ELSEWHERE });
    }
  });
  expect(inPieces).toStrictEqual(whole);
  expect(divided).toBeGreaterThan(0);
});
