/** A model in training inside the compiled engine: one plan, one memory, and no allocation while it runs. */

import type { HeapKind } from '../../kernels/training/heap.ts';
import { headsOf } from '../heads.ts';
import type { TrainingSession } from '../run-epochs.ts';
import { type SampleStream, samplesInOrder } from '../samples/sample-stream.ts';
import type { TrainingJob } from '../trainer.ts';
import { type CompiledModel, readWeights, writeWeights } from './compile-layers.ts';
import type { Hands } from './crew/crew.ts';
import { hire } from './crew/hire.ts';
import type { TrainingThreads } from './crew/training-threads.ts';
import { Heads } from './heads.ts';
import { type Run, view } from './run.ts';
import { planTraining } from './training-plan.ts';

interface Machine {
  readonly run: Run;
  readonly model: CompiledModel;
  /** Runs a course, on the threads that are there. */
  readonly crew: Hands;
  readonly input: Float32Array;
  readonly heads: Heads;
}

function build(job: TrainingJob, kind: HeapKind, lent: TrainingThreads | undefined): Machine {
  const rows = Math.min(job.recipe.batchSize, job.train.x.count);
  const { topology, recipe, seed } = job;
  const layers = { topology, recipe, seed };
  const { model, courses } = planTraining(layers, rows);
  const { input, outputs, plan } = model;
  const { run, crew } = hire({ layers }, plan, courses, kind, lent);
  writeWeights(model, run.floats, job.initialWeights);
  return {
    run,
    model,
    crew,
    input: view(run, input.address, rows * input.size),
    heads: new Heads(run, outputs, rows, headsOf(job)),
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
  const { run, model, crew, input, heads } = build(job, kind, lent);
  const { rows: batch, streams } = model.plan;
  let batchesAhead = recipe.epochs * Math.ceil(job.train.x.count / batch);
  const kept = model.plan.kept.map(({ address, count }) => view(run, address, count));

  const forwardBatch = (samples: SampleStream, start: number): number => {
    const rows = Math.min(batch, samples.count - start);
    run.rows = rows;
    samples.read(start, rows, input, heads.targets);
    crew.run('forward');
    heads.score(rows, run.training);
    return rows;
  };

  return {
    async trainEpoch(samples, learningRate) {
      run.training = true;
      run.learningRate = learningRate;
      heads.clear();
      for (let start = 0; start < samples.count; start += batch) {
        const started = crew.clock();
        forwardBatch(samples, start);
        crew.run('backward');
        run.steps++;
        crew.run('update');
        crew.measure(crew.clock() - started, --batchesAhead);
      }
      return heads.means();
    },
    validate() {
      run.training = false;
      heads.clear();
      const watch = heads.watchAreas();
      for (let start = 0; start < validation.count; start += batch) {
        const rows = forwardBatch(validation, start);
        watch?.see(rows);
      }
      const { loss, metrics } = heads.means();
      return { loss, metrics: { ...metrics, ...watch?.areas() } };
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
