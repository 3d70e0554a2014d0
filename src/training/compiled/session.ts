/** A model in training inside the compiled engine: one plan, one memory, and no allocation while it runs. */

import type { HeapKind } from '../../kernels/training/heap.ts';
import { areaUnderRoc } from '../area-under-roc.ts';
import type { Scores, TrainingSession } from '../run-epochs.ts';
import { allRows } from '../samples/sample-rows.ts';
import { type SampleStream, samplesInOrder, targetsOf } from '../samples/sample-stream.ts';
import type { TrainingJob } from '../trainer.ts';
import { type CompiledModel, readWeights, writeWeights } from './compile-layers.ts';
import { alone, Crew, type Hands } from './crew/crew.ts';
import { Signals } from './crew/signals.ts';
import type { TrainingThreads } from './crew/training-threads.ts';
import { LOSSES } from './losses.ts';
import { batchMetric } from './metrics.ts';
import { type Run, view } from './run.ts';
import { RunningScores } from './running-scores.ts';
import { openRun, openSharedRun } from './training-heap.ts';
import { planTraining, type TrainingPlan } from './training-plan.ts';

interface Machine {
  readonly run: Run;
  readonly model: CompiledModel;
  /** Runs a course, on the threads that are there. */
  readonly crew: Hands;
  readonly input: Float32Array;
  readonly output: Float32Array;
  readonly outputGradient: Float32Array;
  readonly targets: Float32Array;
}

/** More would wait for each other more than work. */
const MOST_THREADS = 8;

/** The run of a plan, and the crew that runs it: with others where threads are lent. */
function hire(
  job: TrainingJob,
  { model, courses }: TrainingPlan,
  kind: HeapKind,
  lent: TrainingThreads | undefined,
): { readonly run: Run; readonly crew: Hands } {
  const { plan } = model;
  const threads = Math.min(lent?.most ?? 1, MOST_THREADS);
  if (lent === undefined || threads === 1) {
    const run = openRun(plan, kind);
    return { run, crew: alone(courses, run) };
  }
  const { run, memory, scratches } = openSharedRun(plan, kind, threads);
  const signals = new Signals(Math.max(...Object.values(courses).map(({ length }) => length)));
  const { topology, recipe, seed } = job;
  const task = { job: { topology, recipe, seed }, rows: plan.rows, memory, signals: signals.buffer, threads };
  const start = (): void => {
    for (const scratch of scratches.slice(1)) lent.start({ ...task, scratch });
  };
  return { run, crew: new Crew(courses, run, { signals, threads, start }) };
}

function build(job: TrainingJob, kind: HeapKind, lent: TrainingThreads | undefined): Machine {
  const rows = Math.min(job.recipe.batchSize, job.train.x.count);
  const planned = planTraining(job, rows);
  const { model } = planned;
  const { input, output } = model;
  const { run, crew } = hire(job, planned, kind, lent);
  writeWeights(model, run.floats, job.initialWeights);
  return {
    run,
    model,
    crew,
    input: view(run, input.address, rows * input.size),
    output: view(run, output.address, rows * output.size),
    outputGradient: view(run, output.gradient ?? 0, rows * output.size),
    targets: new Float32Array(rows * output.size),
  };
}

/** With other threads where some are lent: the bytes do not depend on how many there are. */
export function openCompiledSession(
  job: TrainingJob,
  kind: HeapKind,
  lent?: TrainingThreads,
): TrainingSession {
  const { recipe } = job;
  const validation = samplesInOrder(job.validation);
  const wantsAuc = recipe.metrics.includes('auc');
  const validationTargets = wantsAuc ? allRows(targetsOf(job.validation)) : new Float32Array(0);
  const { run, model, crew, input, output, outputGradient, targets } = build(job, kind, lent);
  const { rows: batch, streams } = model.plan;
  let batchesAhead = recipe.epochs * Math.ceil(job.train.x.count / batch);
  const kept = model.plan.kept.map(({ address, count }) => view(run, address, count));
  const loss = LOSSES[recipe.loss];
  const metricNames = recipe.metrics.filter((name) => name !== 'auc');
  const width = model.output.shape.at(-1) ?? 1;
  const metrics = metricNames.map((name) => batchMetric(name, recipe.loss, width));
  const scores = new RunningScores(1 + metrics.length);

  const forwardBatch = (samples: SampleStream, start: number): number => {
    const rows = Math.min(batch, samples.count - start);
    run.rows = rows;
    samples.read(start, rows, input, targets);
    crew.run('forward');
    const count = rows * model.output.size;
    scores.add(0, loss.value(output, targets, count, width), rows);
    for (let i = 0; i < metrics.length; i++) {
      scores.add(1 + i, metrics[i](output, targets, count, width), rows);
    }
    scores.count(rows);
    return rows;
  };
  const means = (): Scores => ({
    loss: scores.mean(0),
    metrics: Object.fromEntries(metricNames.map((name, index) => [name, scores.mean(1 + index)])),
  });

  return {
    async trainEpoch(samples, learningRate) {
      run.training = true;
      run.learningRate = learningRate;
      scores.clear();
      for (let start = 0; start < samples.count; start += batch) {
        const started = performance.now();
        const rows = forwardBatch(samples, start);
        loss.gradient(output, targets, rows * model.output.size, width, outputGradient);
        crew.run('backward');
        run.steps++;
        crew.run('update');
        crew.measure(performance.now() - started, --batchesAhead);
      }
      return means();
    },
    validate() {
      run.training = false;
      scores.clear();
      const all = new Float32Array(validationTargets.length);
      for (let start = 0; start < validation.count; start += batch) {
        const rows = forwardBatch(validation, start);
        if (wantsAuc) all.set(output.subarray(0, rows * model.output.size), start * model.output.size);
      }
      const { loss: mean, metrics: own } = means();
      return {
        loss: mean,
        metrics: wantsAuc ? { ...own, auc: areaUnderRoc(all, validationTargets) } : own,
      };
    },
    weights: () => readWeights(model, run.floats),
    state: () => ({
      arrays: kept.map((area) => area.slice()),
      numbers: [run.steps, ...streams.flatMap((stream) => stream.save())],
    }),
    restore({ arrays, numbers: [steps, ...words] }) {
      for (const [index, area] of kept.entries()) area.set(arrays[index]);
      run.steps = steps;
      const each = words.length / streams.length;
      for (const [index, stream] of streams.entries())
        stream.restore(words.slice(index * each, (index + 1) * each));
    },
    dispose() {
      crew.end();
    },
  };
}
