/** A graph in training: one plan, one memory, and an objective in the place of a loss at the end. */

import type { NamedWeight } from '../../core/float-model.ts';
import type { Graph, ValueId } from '../../ir/graph.ts';
import type { HeapKind } from '../../kernels/training/heap.ts';
import { hire } from '../compiled/crew/hire.ts';
import type { TrainingThreads } from '../compiled/crew/training-threads.ts';
import { LOSSES } from '../compiled/losses.ts';
import { batchMetric } from '../compiled/metrics.ts';
import { view } from '../compiled/run.ts';
import { RunningScores } from '../compiled/running-scores.ts';
import type { Weight } from '../compiled/step-plan.ts';
import type { TrainingSession } from '../run-epochs.ts';
import { samplesInOrder } from '../samples/sample-stream.ts';
import type { GraphJob } from './graph-job.ts';
import { openGraphStep } from './graph-step.ts';
import type { Numerics } from './numerics.ts';
import type { Objective } from './objective.ts';
import { planGraph } from './plan-graph.ts';

/** What a session calls a constant in training: its results and checkpoints have weights by name. */
function weightName(id: ValueId): string {
  return `value:${id}`;
}

/** The graph with weights of a session, and what was learned beside them. */
export function learnedGraph(
  graph: Graph,
  named: readonly NamedWeight[],
): { readonly graph: Graph; readonly extras: ReadonlyMap<string, Float32Array> } {
  const learned = new Map(named.map(({ name, data }) => [name, data]));
  const values = new Map(graph.values);
  for (const [id, value] of graph.values) {
    const data = learned.get(weightName(id));
    if (data === undefined) continue;
    values.set(id, { ...value, data });
    learned.delete(weightName(id));
  }
  return { graph: { ...graph, values }, extras: learned };
}

/** With other threads where some are lent: the bytes do not depend on how many there are. */
export function openGraphSession(
  { graph, recipe, train, validation, constraints = [], judge = 'labels' }: GraphJob,
  objective: Objective,
  kind: HeapKind,
  numerics: Numerics,
  lent?: TrainingThreads,
): TrainingSession {
  const batch = Math.min(recipe.batchSize, train.x.count);
  const planned = { graph, observes: objective.observes, recipe, numerics: numerics.source };
  const { compiled, courses } = planGraph(planned, batch, numerics);
  const { plan, output, weights, extras } = compiled;
  const hired = hire({ graph: planned }, plan, courses, kind, lent);
  const { run, crew } = hired;
  const step = openGraphStep(graph, compiled, hired, numerics);
  const { weightsOf } = step;
  let batchesAhead = recipe.epochs * Math.ceil(train.x.count / batch);
  const kept = plan.kept.map(({ address, count }) => view(run, address, count));
  const width = output.shape.at(-1) ?? 1;
  const metricNames = recipe.metrics.filter((name) => name !== 'auc');
  const metrics = metricNames.map((name) => batchMetric(name, recipe.loss, width));
  const loss = LOSSES[recipe.loss];
  const scores = new RunningScores(1 + metrics.length);

  const count = (value: number): void => {
    const [made, targets] = [step.output(), step.targets()];
    scores.add(0, value, run.rows);
    for (let i = 0; i < metrics.length; i++) {
      scores.add(1 + i, metrics[i](made, targets, made.length, width), run.rows);
    }
    scores.count(run.rows);
  };
  const means = () => ({
    loss: scores.mean(0),
    metrics: Object.fromEntries(metricNames.map((name, index) => [name, scores.mean(1 + index)])),
  });

  let epoch = 0;
  const named = (name: string, { shape, address, size }: Weight): NamedWeight => ({
    name,
    shape,
    data: view(run, address, size).slice(),
  });

  return {
    async trainEpoch(samples, learningRate) {
      run.training = true;
      numerics.beginEpoch?.(++epoch, step);
      scores.clear();
      for (let start = 0; start < samples.count; start += batch) {
        const started = crew.clock();
        step.forward(samples, start);
        const forward = crew.clock();
        // Of no matter how many threads the first one measures.
        count(objective.measure(step.observe()));
        const measured = crew.clock();
        step.backward();
        run.steps++;
        run.learningRate = learningRate;
        crew.run('update');
        crew.measure(crew.clock() - measured + (forward - started), --batchesAhead);
        for (const constraint of constraints) constraint.apply(weightsOf, run.steps);
      }
      return means();
    },
    validate() {
      run.training = false;
      numerics.beginJudging?.(step);
      scores.clear();
      const samples = samplesInOrder(validation);
      for (let start = 0; start < samples.count; start += batch) {
        step.forward(samples, start);
        const made = step.output();
        count(
          judge === 'objective'
            ? objective.measure(step.observe())
            : loss.value(made, step.targets(), made.length, width),
        );
      }
      return means();
    },
    weights: () => [
      ...[...weights].map(([id, weight]) => named(weightName(id), weight)),
      ...[...extras].map(([name, weight]) => named(name, weight)),
    ],
    state: () => ({ arrays: kept.map((area) => area.slice()), numbers: [run.steps] }),
    restore({ arrays, numbers: [steps] }) {
      for (const [index, area] of kept.entries()) area.set(arrays[index]);
      run.steps = steps;
    },
    dispose() {
      crew.end();
    },
  };
}
