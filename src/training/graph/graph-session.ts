/** A graph in training: one plan, one memory, and an objective in the place of a loss at the end. */

import type { NamedWeight } from '../../core/float-model.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import type { HeapKind } from '../../kernels/training/heap.ts';
import { LOSSES } from '../compiled/losses.ts';
import { batchMetric } from '../compiled/metrics.ts';
import { planUpdate } from '../compiled/optimizers.ts';
import { RunningScores } from '../compiled/running-scores.ts';
import { view } from '../compiled/step-plan.ts';
import type { TrainingSession } from '../run-epochs.ts';
import { samplesInOrder } from '../samples/sample-stream.ts';
import { compileGraph } from './compile-graph.ts';
import type { GraphJob } from './graph-job.ts';
import { openGraphStep } from './graph-step.ts';
import type { Numerics } from './numerics.ts';
import type { Objective } from './objective.ts';

/** Weights by the id of their value, in text, which is how results and checkpoints name them. */
export function weightsByValue(graph: Graph, named: readonly NamedWeight[]): Graph {
  const values = new Map(graph.values);
  for (const { name, data } of named) {
    const id: ValueId = Number(name);
    values.set(id, { ...getValue(graph, id), data });
  }
  return { ...graph, values };
}

export function openGraphSession(
  { graph, recipe, train, validation, constraints = [] }: GraphJob,
  objective: Objective,
  kind: HeapKind,
  numerics?: Numerics,
): TrainingSession {
  const batch = Math.min(recipe.batchSize, train.x.count);
  const compiled = compileGraph(graph, batch, objective.observes, numerics);
  const { plan, output, parameters, weights } = compiled;
  const update = planUpdate(plan, parameters, recipe);
  const step = openGraphStep(graph, compiled, kind);
  const { run, weightsOf } = step;
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

  return {
    async trainEpoch(samples, learningRate) {
      run.training = true;
      scores.clear();
      for (let start = 0; start < samples.count; start += batch) {
        step.forward(samples, start);
        count(objective.measure(step.observe()));
        step.backward();
        run.steps++;
        update(run, learningRate);
        for (const constraint of constraints) constraint.apply(weightsOf, run.steps);
      }
      return means();
    },
    validate() {
      run.training = false;
      scores.clear();
      const samples = samplesInOrder(validation);
      for (let start = 0; start < samples.count; start += batch) {
        step.forward(samples, start);
        const made = step.output();
        count(loss.value(made, step.targets(), made.length, width));
      }
      return means();
    },
    weights: () =>
      [...weights].map(([id, { shape, address, size }]) => ({
        name: String(id),
        shape,
        data: view(run, address, size).slice(),
      })),
    state: () => ({ arrays: kept.map((area) => area.slice()), numbers: [run.steps] }),
    restore({ arrays, numbers: [steps] }) {
      for (const [index, area] of kept.entries()) area.set(arrays[index]);
      run.steps = steps;
    },
    dispose() {},
  };
}
