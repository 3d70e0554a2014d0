import { expect, test } from 'vitest';
import { modelSpecSchema, toTopology } from '../../src/training/model-spec.ts';
import { recipeSchema } from '../../src/training/recipe.ts';
import { runEpochs, type TrainingSession } from '../../src/training/run-epochs.ts';
import { rowsInMemory } from '../../src/training/samples/sample-rows.ts';
import type { EpochRecord, TrainingHooks, TrainingJob } from '../../src/training/trainer.ts';

const samples = {
  x: rowsInMemory({ data: new Float32Array(6), shape: [3, 2] }),
  y: rowsInMemory({ data: new Float32Array(3), shape: [3, 1] }),
};

function jobWith(recipe: object): TrainingJob {
  return {
    topology: toTopology(modelSpecSchema.parse({ layers: [{ type: 'Dense', units: 1 }] }), [2]),
    initialWeights: [],
    recipe: recipeSchema.parse(recipe),
    seed: 1,
    train: samples,
    validation: samples,
  };
}

/** A session whose validation losses are given and whose weight is the number of the epoch. */
function sessionWith(valLosses: readonly number[]): TrainingSession & { disposed: boolean } {
  let epoch = 0;
  return {
    disposed: false,
    async trainEpoch() {
      epoch++;
      return { loss: 2, metrics: { mae: 1 } };
    },
    validate: () => ({ loss: valLosses[epoch - 1], metrics: { mae: 0.5 } }),
    weights: () => [{ name: 'dense/bias', shape: [1], data: Float32Array.of(epoch) }],
    dispose() {
      this.disposed = true;
    },
  };
}

function hooksWith(
  onEpoch: TrainingHooks['onEpoch'] = () => {},
  signal = new AbortController().signal,
): TrainingHooks {
  return { signal, onEpoch };
}

test('the weights of the lowest validation loss are kept, and every epoch is recorded', async () => {
  const session = sessionWith([3, 1, 2]);
  const seen: [number, number][] = [];
  const hooks = hooksWith((record, total) => seen.push([record.epoch, total]));
  const result = await runEpochs(jobWith({ epochs: 3 }), hooks, async () => session);
  expect(result.bestEpoch).toBe(2);
  expect(result.model.weights[0].data).toEqual(Float32Array.of(2));
  expect(result.stoppedBy).toBe('epochs');
  expect(seen).toEqual([
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
  expect(result.history[1]).toEqual({
    epoch: 2,
    learningRate: 0.0015,
    loss: 2,
    metrics: { mae: 1 },
    valLoss: 1,
    valMetrics: { mae: 0.5 },
  } satisfies EpochRecord);
  expect(session.disposed).toBe(true);
});

test('early stopping counts epochs without a fall of more than minDelta', async () => {
  const recipe = { epochs: 9, earlyStopping: { patience: 2, minDelta: 0.5 } };
  const result = await runEpochs(jobWith(recipe), hooksWith(), async () =>
    sessionWith([3, 2, 1.8, 1.6, 1, 1, 1, 1, 1]),
  );
  expect(result.stoppedBy).toBe('early-stopping');
  expect(result.history.length).toBe(4);
  expect(result.bestEpoch).toBe(4);
});

test('aborting stops after the current epoch and keeps the best weights', async () => {
  const controller = new AbortController();
  const hooks = hooksWith(({ epoch }) => {
    if (epoch === 2) controller.abort();
  }, controller.signal);
  const result = await runEpochs(jobWith({ epochs: 5 }), hooks, async () => sessionWith([1, 2, 0, 0, 0]));
  expect(result.stoppedBy).toBe('interrupt');
  expect(result.history.length).toBe(2);
  expect(result.bestEpoch).toBe(1);
});

test('events are served between epochs, so that a signal can arrive', async () => {
  const controller = new AbortController();
  const hooks = hooksWith(() => setImmediate(() => controller.abort()), controller.signal);
  const result = await runEpochs(jobWith({ epochs: 5 }), hooks, async () => sessionWith([1, 1, 1, 1, 1]));
  expect([result.stoppedBy, result.history.length]).toEqual(['interrupt', 1]);
});

test.each([
  [Number.NaN, 'Training diverged in epoch 2: the loss is not a number.'],
  [Infinity, 'Training diverged in epoch 2: the loss is infinite.'],
])('a loss of %d ends training with an error', async (loss, message) => {
  const session = sessionWith([1, loss, 1]);
  const running = runEpochs(jobWith({ epochs: 3 }), hooksWith(), async () => session);
  await expect(running).rejects.toMatchObject({ kind: 'input', code: 'training-diverged', message });
  expect(session.disposed).toBe(true);
});

test.each([
  ['fewer targets than inputs', 'bad-samples', { data: new Float32Array(2), shape: [2, 1] }],
  ['a target that is wider than the output', 'data-shape', { data: new Float32Array(6), shape: [3, 2] }],
  ['a target of another rank', 'data-shape', { data: new Float32Array(3), shape: [3] }],
])('%s is refused before a session opens', async (_, code, y) => {
  const job = { ...jobWith({ epochs: 1 }), validation: { x: samples.x, y: rowsInMemory(y) } };
  const running = runEpochs(job, hooksWith(), () => Promise.reject(new Error('opened')));
  await expect(running).rejects.toMatchObject({ kind: 'input', code });
});
