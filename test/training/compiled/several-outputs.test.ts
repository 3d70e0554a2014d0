/** Models with several outputs, each with a loss that counts by its weight. */

import { expect, it } from 'vitest';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { getValue } from '../../../src/ir/graph.ts';
import { createCompiledTrainer } from '../../../src/training/compiled/engine.ts';
import type { Head } from '../../../src/training/heads.ts';
import { targetsOf } from '../../../src/training/samples/sample-stream.ts';
import { allRows } from '../all-rows.ts';
import { train } from './job.ts';
import { HEADS, jobOfOutputs, KIND, MOVING, PLACE, topologyFor } from './outputs-job.ts';
import { expectSameTraining } from './same-training.ts';

it('learn what TensorFlow.js learns of them', async () => {
  await expectSameTraining(jobOfOutputs());
  await expectSameTraining(jobOfOutputs(HEADS, { optimizer: 'adam' }));
});

it('tell losses and metrics of every output, and their sum by weights', async () => {
  const { history } = await train(createCompiledTrainer().trainer, jobOfOutputs());
  for (const { loss, metrics, valLoss, valMetrics } of history) {
    expect(Object.keys(metrics)).toEqual([
      'kind_loss',
      'kind_accuracy',
      'place_loss',
      'place_mae',
      'place_mse',
      'moving_loss',
      'moving_accuracy',
    ]);
    expect(Object.keys(valMetrics)).toEqual([...Object.keys(metrics), 'moving_auc']);
    const sum = (own: typeof metrics) => own.kind_loss + 0.25 * own.place_loss + 2 * own.moving_loss;
    expect(loss).toBeCloseTo(sum(metrics), 12);
    expect(valLoss).toBeCloseTo(sum(valMetrics), 12);
  }
});

it('are scaled to their targets one by one', async () => {
  const standard = HEADS.map((head) => (head === PLACE ? { ...head, targets: 'standard' as const } : head));
  const job = jobOfOutputs(standard, { epochs: 40, learningRate: 0.1 });
  const { model, history } = await train(createCompiledTrainer().trainer, job);
  const graph = importKeras(model);
  expect(graph.outputs.map((id) => getValue(graph, id).type.shape)).toEqual([
    [1, 3],
    [1, 2],
    [1, 1],
  ]);
  // Deviations of the targets are about 1, and their mean is 2: without the mean in the bias, none would come near.
  const bias = model.weights.find(({ name }) => name === 'place/bias')?.data as Float32Array;
  expect(bias[0]).toBeGreaterThan(1);
  expect(history[history.length - 1].metrics.place_mae).toBeLessThan(history[0].metrics.place_mae);
  const untouched = allRows(targetsOf(job.train));
  expect(allRows(targetsOf(jobOfOutputs().train))).toEqual(untouched);
});

it('are Keras models with these outputs in this order', () => {
  const { topology, initialWeights } = jobOfOutputs();
  const graph = importKeras({ topology, weights: initialWeights });
  expect(graph.outputs.map((id) => getValue(graph, id).name)).toEqual(['kind', 'place', 'moving']);
});

it.each<[string, () => unknown, string]>([
  [
    'an output without a layer',
    () => topologyFor([KIND, PLACE, { ...MOVING, name: 'speed' }]),
    'No layer has the name "speed"',
  ],
  [
    'a layer that nobody reads',
    () => topologyFor([KIND, PLACE]),
    'No layer reads the output of layer "moving"',
  ],
])('refuse %s', (_, make, message) => {
  expect(make).toThrow(message);
});

it.each<[string, readonly Head[], string]>([
  [
    'targets of another width',
    [{ ...KIND, size: 2 }, { ...PLACE, size: 3 }, MOVING],
    'A target of the output "kind" is 2 numbers, but its layer gives [3]',
  ],
  [
    'a loss of classes at numbers',
    [KIND, { ...PLACE, loss: 'binaryCrossentropy' }, MOVING],
    'Output "place": The loss "binaryCrossentropy" compares probabilities',
  ],
  [
    'a scale that softmax cannot take',
    [{ ...KIND, targets: 'standard' }, PLACE, MOVING],
    'needs an output "kind" that ends with Dense',
  ],
])('refuse %s', async (_, heads, message) => {
  await expect(train(createCompiledTrainer().trainer, jobOfOutputs(heads))).rejects.toThrow(message);
});
