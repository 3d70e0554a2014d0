/** A model in training inside the compiled engine: one plan, one memory, and no allocation while it runs. */

import { inputError } from '../../core/errors.ts';
import type { HeapKind } from '../../kernels/training/heap.ts';
import { areaUnderRoc } from '../area-under-roc.ts';
import type { Scores, TrainingSession } from '../run-epochs.ts';
import { allRows } from '../samples/sample-rows.ts';
import { type SampleStream, samplesInOrder, targetsOf } from '../samples/sample-stream.ts';
import { readTopology } from '../topology.ts';
import type { TrainingJob } from '../trainer.ts';
import { type CompiledModel, compileModel, readWeights, writeWeights } from './compile-layers.ts';
import type { Course } from './course.ts';
import { LOSSES } from './losses.ts';
import { batchMetric } from './metrics.ts';
import { planUpdate } from './optimizers.ts';
import { type Run, view } from './run.ts';
import { RunningScores } from './running-scores.ts';
import { openRun } from './training-heap.ts';

interface Machine {
  readonly run: Run;
  readonly model: CompiledModel;
  readonly update: Course;
  readonly input: Float32Array;
  readonly output: Float32Array;
  readonly outputGradient: Float32Array;
  readonly targets: Float32Array;
}

function build(job: TrainingJob, kind: HeapKind): Machine {
  const layers = readTopology(job.topology);
  const rows = Math.min(job.recipe.batchSize, job.train.x.count);
  const model = compileModel(layers, rows, job.seed);
  const { plan, input, output, parameters } = model;
  if (parameters.count === 0) {
    throw inputError(
      'nothing-to-train',
      'The model has no weights, so that there is nothing to train.',
      'Add a layer that learns, such as Dense.',
    );
  }
  const update = planUpdate(plan, parameters, job.recipe);
  const targets = new Float32Array(rows * output.size);
  const run = openRun(plan, kind);
  writeWeights(model, run.floats, job.initialWeights);
  return {
    run,
    model,
    update,
    input: view(run, input.address, rows * input.size),
    output: view(run, output.address, rows * output.size),
    outputGradient: view(run, output.gradient ?? 0, rows * output.size),
    targets,
  };
}

export function openCompiledSession(job: TrainingJob, kind: HeapKind): TrainingSession {
  const { recipe } = job;
  const validation = samplesInOrder(job.validation);
  const wantsAuc = recipe.metrics.includes('auc');
  const validationTargets = wantsAuc ? allRows(targetsOf(job.validation)) : new Float32Array(0);
  const { run, model, update, input, output, outputGradient, targets } = build(job, kind);
  const { forward, backward, rows: batch, streams } = model.plan;
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
    forward.run(run);
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
        const rows = forwardBatch(samples, start);
        loss.gradient(output, targets, rows * model.output.size, width, outputGradient);
        backward.run(run);
        run.steps++;
        update.run(run);
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
    dispose() {},
  };
}
