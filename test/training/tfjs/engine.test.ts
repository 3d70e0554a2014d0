import * as tf from '@tensorflow/tfjs-core';
import { models } from '@tensorflow/tfjs-layers';
import { afterEach, expect, test, vi } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { batchOrder } from '../../../src/training/batch-order.ts';
import type { BackendName } from '../../../src/training/engine-choice.ts';
import { createInitialWeights } from '../../../src/training/initial-weights.ts';
import { modelSpecSchema, toTopology } from '../../../src/training/model-spec.ts';
import { recipeSchema } from '../../../src/training/recipe.ts';
import { rowsInMemory } from '../../../src/training/samples/sample-rows.ts';
import { targetsOf } from '../../../src/training/samples/sample-stream.ts';
import { tfjsTrainer } from '../../../src/training/tfjs/tfjs-trainer.ts';
import type { LabelledSamples, TrainingHooks, TrainingJob } from '../../../src/training/trainer.ts';
import { createTrainer } from '../../../src/training/trainers.ts';
import { allRows } from '../all-rows.ts';

const hooks: TrainingHooks = { signal: new AbortController().signal, onEpoch: () => {} };

const relu8 = { type: 'Dense', units: 8, activation: 'relu' };
const one = { type: 'Dense', units: 1 };

function line(samples: number, purpose: string): LabelledSamples {
  const random = createRandom(3, purpose);
  const x = Float32Array.from({ length: samples * 2 }, () => random.uniform() - 0.5);
  const y = Float32Array.from({ length: samples }, (_, row) => 2 * x[2 * row] - x[2 * row + 1] + 0.5);
  return {
    x: rowsInMemory({ data: x, shape: [samples, 2] }),
    y: rowsInMemory({ data: y, shape: [samples, 1] }),
  };
}

function jobOf(layers: readonly object[], recipe: object, seed = 1): TrainingJob {
  const topology = toTopology(modelSpecSchema.parse({ layers }), [2]);
  return {
    topology,
    initialWeights: createInitialWeights(topology, seed),
    recipe: recipeSchema.parse({ epochs: 2, ...recipe }),
    seed,
    train: line(70, 'train'),
    validation: line(30, 'validation'),
  };
}

async function trainOn(backend: BackendName, job: TrainingJob) {
  const { trainer } = await createTrainer({ backend }, { tfjs: tfjsTrainer });
  return trainer.train(job, hooks);
}

const tfjsOptimizers: Readonly<Record<string, (rate: number) => tf.Optimizer>> = {
  sgd: tf.train.sgd,
  rmsprop: tf.train.rmsprop,
  adam: tf.train.adam,
};

/** The same two epochs by TensorFlow.js' own `fit`. */
async function fitWithTfjs(
  job: TrainingJob,
  learningRate: number,
): Promise<{ losses: number[]; weights: Float32Array[] }> {
  const model = await models.modelFromJSON(structuredClone(job.topology) as never);
  model.setWeights(job.initialWeights.map(({ data, shape }) => tf.tensor(data, [...shape])));
  const regressionLosses: Readonly<Record<string, unknown>> = {
    mse: 'meanSquaredError',
    mae: 'meanAbsoluteError',
    huber: tf.losses.huberLoss,
  };
  const loss = regressionLosses[job.recipe.loss];
  model.compile({ optimizer: tfjsOptimizers[job.recipe.optimizer](learningRate), loss: loss as string });
  const [x, y] = [allRows(job.train.x), allRows(targetsOf(job.train))];
  const losses: number[] = [];
  for (let epoch = 1; epoch <= 2; epoch++) {
    const order = tf.tensor1d(Int32Array.from(batchOrder(job.seed, epoch, 70)), 'int32');
    const inputs = tf.gather(tf.tensor(x, [70, 2]), order);
    const targets = tf.gather(tf.tensor(y, [70, 1]), order);
    const { history } = await model.fit(inputs, targets, {
      epochs: 1,
      batchSize: 16,
      shuffle: false,
      verbose: 0,
    });
    losses.push(history.loss[0] as number);
  }
  return { losses, weights: model.getWeights().map((weight) => weight.dataSync() as Float32Array) };
}

afterEach(() => {
  vi.restoreAllMocks();
});

// First in this file: TensorFlow.js prints its banner with the first tensor of the process.
test('nothing is printed', async () => {
  const spies = (['log', 'info', 'warn', 'error'] as const).map((method) => vi.spyOn(console, method));
  await trainOn('cpu', jobOf([one], { epochs: 1 }));
  await trainOn('wasm', jobOf([one], { epochs: 1 }));
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
});

test.each([
  ['rmsprop', 'mse', 0.01, 4],
  ['adam', 'mae', 0.01, 4],
  ['sgd', 'huber', 0.1, 4],
])("%s on %s does what TensorFlow.js' own fit does", async (optimizer, loss, learningRate, digits) => {
  const job = jobOf([relu8, one], { optimizer, loss, learningRate, schedule: { type: 'constant' } });
  const result = await trainOn('cpu', job);
  const expected = await fitWithTfjs(job, learningRate);
  expect(result.bestEpoch).toBe(2);
  for (const [index, { data }] of result.model.weights.entries()) {
    for (const [i, value] of data.entries()) expect(value).toBeCloseTo(expected.weights[index][i], digits);
  }
  for (const [index, record] of result.history.entries())
    expect(record.loss).toBeCloseTo(expected.losses[index], digits);
});

test('training learns, leaves plain data and no tensors behind', async () => {
  const job = jobOf([relu8, one], { epochs: 12, learningRate: 0.02, earlyStopping: { patience: 12 } });
  await trainOn('cpu', jobOf([one], { epochs: 1 }));
  const before = tf.memory().numTensors;
  const result = await trainOn('cpu', job);
  expect(tf.memory().numTensors).toBe(before);
  expect(result.history.at(-1)?.valLoss).toBeLessThan(0.05);
  expect(result.engine).toBe('tfjs/cpu');
  expect(result.model.topology).toEqual(job.topology);
  expect(result.model.weights.map(({ name, shape }) => [name, shape])).toEqual([
    ['dense/kernel', [2, 8]],
    ['dense/bias', [8]],
    ['dense_1/kernel', [8, 1]],
    ['dense_1/bias', [1]],
  ]);
});

test('the best weights reproduce the best validation loss', async () => {
  const job = jobOf([one], { epochs: 4, learningRate: 0.5, schedule: { type: 'constant' } });
  const { model, history, bestEpoch } = await trainOn('cpu', job);
  const [kernel, bias] = model.weights.map(({ data }) => data);
  const [x, y] = [allRows(job.validation.x), allRows(targetsOf(job.validation))];
  const squares = y.map(
    (target, row) => (x[2 * row] * kernel[0] + x[2 * row + 1] * kernel[1] + bias[0] - target) ** 2,
  );
  const loss = squares.reduce((sum, square) => sum + square, 0) / squares.length;
  expect(loss).toBeCloseTo(history[bestEpoch - 1].valLoss, 5);
  expect(Math.min(...history.map(({ valLoss }) => valLoss))).toBe(history[bestEpoch - 1].valLoss);
});

test.each(['cpu', 'wasm'] as const)(
  'the same seed gives the same bytes on %s, with Dropout too',
  async (backend) => {
    const layers = [relu8, { type: 'Dropout', rate: 0.3 }, one];
    const first = await trainOn(backend, jobOf(layers, {}));
    expect(await trainOn(backend, jobOf(layers, {}))).toEqual(first);
    const undropped = await trainOn(backend, jobOf([relu8, { type: 'Dropout', rate: 0 }, one], {}));
    expect(undropped.history[0].loss).not.toBe(first.history[0].loss);
  },
);

// WebAssembly lacks kernels that some gradients need; what the schemas accept must train everywhere.
test.each<[string, object[]]>([
  ...['relu', 'relu6', 'sigmoid', 'tanh', 'softmax'].map((activation): [string, object[]] => [
    activation,
    [{ type: 'Activation', activation }],
  ]),
  ['ReLU', [{ type: 'ReLU' }]],
  ['ReLU to 6', [{ type: 'ReLU', maxValue: 6 }]],
  ['Softmax', [{ type: 'Softmax' }]],
  [
    'Reshape and Flatten',
    [{ type: 'Reshape', targetShape: [4, 2] }, { type: 'Dense', units: 3 }, { type: 'Flatten' }],
  ],
])('backends agree on %s', async (_, between) => {
  const layers = [{ ...relu8, activation: 'linear' }, ...between, one];
  const cpu = await trainOn('cpu', jobOf(layers, {}));
  const wasm = await trainOn('wasm', jobOf(layers, {}));
  expect(wasm.engine).toBe('tfjs/wasm');
  for (const [index, { data }] of wasm.model.weights.entries()) {
    for (const [i, value] of data.entries()) expect(value).toBeCloseTo(cpu.model.weights[index].data[i], 4);
  }
});

test.each(['mse', 'mae', 'huber'])('backends agree on the loss %s', async (loss) => {
  const layers = [{ type: 'Dense', units: 8, activation: 'relu6' }, one];
  const recipe = { loss, metrics: ['mae', 'mse'] };
  const cpu = await trainOn('cpu', jobOf(layers, recipe));
  const wasm = await trainOn('wasm', jobOf(layers, recipe));
  for (const [index, { valLoss, valMetrics }] of wasm.history.entries()) {
    expect(valLoss).toBeCloseTo(cpu.history[index].valLoss, 4);
    expect(valMetrics.mae).toBeCloseTo(cpu.history[index].valMetrics.mae, 4);
  }
});

test('a rate far too high is reported as divergence, and frees its tensors', async () => {
  await trainOn('cpu', jobOf([one], { epochs: 1 }));
  const before = tf.memory().numTensors;
  const job = jobOf([relu8, one], { optimizer: 'sgd', learningRate: 100, epochs: 20 });
  await expect(trainOn('cpu', job)).rejects.toMatchObject({ kind: 'input', code: 'training-diverged' });
  expect(tf.memory().numTensors).toBe(before);
});

test('data and weights that do not fit the model are refused', async () => {
  const job = jobOf([one], {});
  const wide = jobOf([{ type: 'Dense', units: 3 }], {});
  await expect(trainOn('cpu', wide)).rejects.toThrow(
    'One target of the dataset has shape [1], but the model expects [3].',
  );
  await expect(trainOn('cpu', { ...job, initialWeights: [] })).rejects.toThrow('"dense/kernel" is missing');
  const config = { name: 'nonsense', batch_input_shape: [null, 2] };
  const topology = { class_name: 'Sequential', config: { layers: [{ class_name: 'Nonsense', config }] } };
  await expect(trainOn('cpu', { ...job, topology })).rejects.toMatchObject({
    kind: 'unsupported',
    code: 'layer-not-trainable',
  });
});
