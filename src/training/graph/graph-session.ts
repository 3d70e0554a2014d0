/** A graph in training: one plan, one memory, and an objective in the place of a loss at the end. */

import type { NamedWeight } from '../../core/float-model.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import type { HeapKind } from '../../kernels/training/heap.ts';
import { LOSSES } from '../compiled/losses.ts';
import { batchMetric } from '../compiled/metrics.ts';
import { planUpdate } from '../compiled/optimizers.ts';
import { RunningScores } from '../compiled/running-scores.ts';
import { type Run, type Slot, view } from '../compiled/step-plan.ts';
import { trainingHeap } from '../compiled/training-heap.ts';
import type { TrainingSession } from '../run-epochs.ts';
import { samplesInOrder } from '../samples/sample-stream.ts';
import { compileGraph } from './compile-graph.ts';
import type { GraphJob } from './graph-job.ts';
import type { Numerics } from './numerics.ts';
import type { Objective, ObservedBatch } from './objective.ts';

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
  const { plan, input, output, observed, parameters, weights } = compileGraph(
    graph,
    batch,
    objective.observes,
    numerics,
  );
  const update = planUpdate(plan, parameters, recipe);
  const heap = trainingHeap(plan.bytes, kind);
  const floats = new Float32Array(heap.buffer);
  for (const initialize of plan.initialize) initialize(floats);
  const run: Run = { kernels: heap.kernels, floats, rows: batch, training: true, steps: 0 };
  for (const [id, { address, size }] of weights) {
    view(run, address, size).set(getValue(graph, id).data as Float32Array);
  }
  const weightsOf = (id: ValueId): Float32Array => {
    const weight = weights.get(id);
    if (weight === undefined) throw new Error(`value ${id} is not in training`);
    return view(run, weight.address, weight.size);
  };
  const kept = plan.kept.map(({ address, count }) => view(run, address, count));
  const targets = new Float32Array(batch * output.size);
  const width = output.shape.at(-1) ?? 1;
  const metricNames = recipe.metrics.filter((name) => name !== 'auc');
  const metrics = metricNames.map((name) => batchMetric(name, recipe.loss, width));
  const loss = LOSSES[recipe.loss];
  const scores = new RunningScores(1 + metrics.length);

  const viewOf = ({ address, size }: Slot): Float32Array => view(run, address, run.rows * size);
  const observe = (): ObservedBatch => ({
    rows: run.rows,
    inputs: viewOf(input),
    targets: targets.subarray(0, run.rows * output.size),
    values: observed.map((slot) => ({
      data: viewOf(slot),
      gradient: view(run, slot.gradient ?? 0, run.rows * slot.size),
    })),
  });
  const forward = (rows: number): void => {
    run.rows = rows;
    for (let i = 0; i < plan.forward.length; i++) plan.forward[i](run);
  };
  const count = (value: number): void => {
    const made = viewOf(output);
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
  const inputs = view(run, input.address, batch * input.size);

  return {
    async trainEpoch(samples, learningRate) {
      run.training = true;
      scores.clear();
      for (let start = 0; start < samples.count; start += batch) {
        const rows = Math.min(batch, samples.count - start);
        samples.read(start, rows, inputs, targets);
        forward(rows);
        count(objective.measure(observe()));
        for (let i = plan.backward.length - 1; i >= 0; i--) plan.backward[i](run);
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
        const rows = Math.min(batch, samples.count - start);
        samples.read(start, rows, inputs, targets);
        forward(rows);
        const made = viewOf(output);
        count(loss.value(made, targets, made.length, width));
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
