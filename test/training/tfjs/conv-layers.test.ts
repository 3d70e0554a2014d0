import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, models } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import type { FloatModel } from '../../../src/core/float-model.ts';
import { createRandom } from '../../../src/core/random.ts';
import type { Shape } from '../../../src/core/tensor.ts';
import type { BackendName } from '../../../src/training/engine-choice.ts';
import { createInitialWeights } from '../../../src/training/initial-weights.ts';
import { LAYER_TYPES } from '../../../src/training/layer-table.ts';
import { modelSpecSchema, toTopology } from '../../../src/training/model-spec.ts';
import { recipeSchema } from '../../../src/training/recipe.ts';
import { rowsInMemory } from '../../../src/training/samples/sample-rows.ts';
import { targetsOf } from '../../../src/training/samples/sample-stream.ts';
import { tfjsTrainer } from '../../../src/training/tfjs/tfjs-trainer.ts';
import type { LabelledSamples, TrainingJob, TrainingResult } from '../../../src/training/trainer.ts';
import { createTrainer } from '../../../src/training/trainers.ts';
import { allRows } from '../all-rows.ts';

/** Which third of the sample, along its first axis, is the brightest: three classes, one-hot. */
function bright(samples: number, [length, ...rest]: Shape, purpose: string): LabelledSamples {
  const random = createRandom(8, purpose);
  const size = rest.reduce((product, dimension) => product * dimension, 1);
  const x = new Float32Array(samples * length * size);
  const y = new Float32Array(samples * 3);
  for (let sample = 0; sample < samples; sample++) {
    const label = random.below(3);
    y[sample * 3 + label] = 1;
    for (let row = 0; row < length; row++) {
      const level = Math.floor((3 * row) / length) === label ? 1 : 0;
      for (let i = 0; i < size; i++) x[(sample * length + row) * size + i] = level + 0.5 * random.normal();
    }
  }
  return {
    x: rowsInMemory({ data: x, shape: [samples, length, ...rest] }),
    y: rowsInMemory({ data: y, shape: [samples, 3] }),
  };
}

const ENDING = [{ type: 'Flatten' }, { type: 'Dense', units: 3, activation: 'softmax' }];

function jobOf(layers: readonly object[], shape: Shape, recipe: object = {}): TrainingJob {
  const topology = toTopology(modelSpecSchema.parse({ layers }), shape);
  return {
    topology,
    initialWeights: createInitialWeights(topology, 2),
    recipe: recipeSchema.parse({
      epochs: 2,
      batchSize: 16,
      optimizer: 'sgd',
      learningRate: 0.05,
      loss: 'categoricalCrossentropy',
      metrics: ['accuracy', 'auc'],
      ...recipe,
    }),
    seed: 2,
    train: bright(48, shape, 'train'),
    validation: bright(24, shape, 'validation'),
  };
}

async function trainOn(backend: BackendName, job: TrainingJob): Promise<TrainingResult> {
  const { trainer } = await createTrainer({ backend }, { tfjs: tfjsTrainer });
  return trainer.train(job, { signal: new AbortController().signal, onEpoch: () => {} });
}

/** The trained model as TensorFlow.js itself runs it. */
async function tfjsModelOf({ topology, weights }: FloatModel): Promise<LayersModel> {
  const model = await models.modelFromJSON(structuredClone(topology) as never);
  const rest = weights.map(({ data, shape }) => tf.tensor(data, [...shape]));
  for (const layer of model.layers) layer.setWeights(rest.splice(0, layer.weights.length));
  model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' });
  return model;
}

function lossOf(model: LayersModel, samples: LabelledSamples): number {
  const [x, y] = [samples.x, targetsOf(samples)].map((rows) =>
    tf.tensor(allRows(rows), [rows.count, ...rows.shape]),
  );
  const loss = model.evaluate(x, y);
  return (loss as tf.Scalar).dataSync()[0];
}

const IMAGE: Shape = [9, 8, 2];
const SIGNAL: Shape = [12, 3];

const CASES: readonly (readonly [string, Shape, readonly object[]])[] = [
  ['Conv1D', SIGNAL, [{ type: 'Conv1D', filters: 4, kernelSize: 3, activation: 'relu' }]],
  ['Conv1D, strides', SIGNAL, [{ type: 'Conv1D', filters: 4, kernelSize: [4], strides: 2, padding: 'same' }]],
  [
    'Conv1D, dilated',
    SIGNAL,
    [{ type: 'Conv1D', filters: 4, kernelSize: 3, dilationRate: 2, activation: 'tanh' }],
  ],
  ['Conv2D', IMAGE, [{ type: 'Conv2D', filters: 4, kernelSize: [3, 2], activation: 'relu' }]],
  [
    'Conv2D, strides',
    IMAGE,
    [{ type: 'Conv2D', filters: 4, kernelSize: 3, strides: [2, 3], padding: 'same', activation: 'relu6' }],
  ],
  [
    'Conv2D, dilated',
    IMAGE,
    [{ type: 'Conv2D', filters: 4, kernelSize: 3, dilationRate: [2, 3], padding: 'same', useBias: false }],
  ],
  [
    'two of Conv2D',
    IMAGE,
    [
      { type: 'Conv2D', filters: 3, kernelSize: 3, activation: 'relu' },
      { type: 'Conv2D', filters: 2, kernelSize: 2, strides: 2, padding: 'same', activation: 'sigmoid' },
    ],
  ],
  [
    'DepthwiseConv2D',
    IMAGE,
    [
      { type: 'Conv2D', filters: 3, kernelSize: 3 },
      { type: 'DepthwiseConv2D', kernelSize: 3, depthMultiplier: 2, activation: 'relu' },
      { type: 'DepthwiseConv2D', kernelSize: 2, strides: 2, padding: 'same' },
    ],
  ],
  [
    'SeparableConv2D',
    IMAGE,
    [
      { type: 'SeparableConv2D', filters: 4, kernelSize: 3, activation: 'relu' },
      { type: 'SeparableConv2D', filters: 2, kernelSize: 3, depthMultiplier: 2, strides: 2, padding: 'same' },
    ],
  ],
  [
    'SeparableConv2D, dilated',
    IMAGE,
    [{ type: 'SeparableConv2D', filters: 4, kernelSize: [2, 3], dilationRate: 2 }],
  ],
  [
    'BatchNormalization',
    IMAGE,
    [
      { type: 'Conv2D', filters: 4, kernelSize: 3, useBias: false },
      { type: 'BatchNormalization', momentum: 0.8, epsilon: 0.01 },
      { type: 'ReLU' },
    ],
  ],
  [
    'BatchNormalization of steps and of features',
    SIGNAL,
    [
      { type: 'BatchNormalization' },
      { type: 'GlobalAveragePooling1D' },
      { type: 'Dense', units: 4 },
      { type: 'BatchNormalization' },
      { type: 'Reshape', targetShape: [2, 2] },
    ],
  ],
  ...['MaxPooling1D', 'AveragePooling1D'].map((type): [string, Shape, object[]] => [
    type,
    SIGNAL,
    [{ type: 'Conv1D', filters: 4, kernelSize: 3 }, { type }, { type, poolSize: 3, strides: 1 }],
  ]),
  ...['MaxPooling2D', 'AveragePooling2D'].map((type): [string, Shape, object[]] => [
    type,
    IMAGE,
    [
      { type: 'Conv2D', filters: 3, kernelSize: 3, padding: 'same' },
      { type, poolSize: [2, 3], strides: [1, 2] },
      { type, padding: 'same' },
    ],
  ]),
  ...['GlobalMaxPooling1D', 'GlobalAveragePooling1D'].map((type): [string, Shape, object[]] => [
    type,
    SIGNAL,
    [{ type: 'Conv1D', filters: 4, kernelSize: 3 }, { type }, { type: 'Reshape', targetShape: [4, 1] }],
  ]),
  ...['GlobalMaxPooling2D', 'GlobalAveragePooling2D'].map((type): [string, Shape, object[]] => [
    type,
    IMAGE,
    [{ type: 'Conv2D', filters: 4, kernelSize: 3 }, { type }, { type: 'Reshape', targetShape: [4, 1] }],
  ]),
  [
    'ZeroPadding2D',
    IMAGE,
    [
      {
        type: 'ZeroPadding2D',
        padding: [
          [1, 0],
          [2, 3],
        ],
      },
      { type: 'Conv2D', filters: 3, kernelSize: 3 },
    ],
  ],
  [
    'Add and Concatenate',
    IMAGE,
    [
      { type: 'Conv2D', filters: 3, kernelSize: 1, name: 'stem' },
      { type: 'Conv2D', filters: 3, kernelSize: 3, padding: 'same', activation: 'relu', name: 'branch' },
      { type: 'Add', inputs: ['stem', 'branch'] },
      { type: 'Concatenate', inputs: ['add', 'input', 'branch'] },
    ],
  ],
];

test('every layer type is trained here, in engine.test.ts or in recurrent.test.ts', () => {
  const here = new Set(CASES.flatMap(([, , layers]) => layers.map((layer) => Reflect.get(layer, 'type'))));
  const there = new Set(['Dense', 'Activation', 'ReLU', 'Softmax', 'Flatten', 'Reshape', 'Dropout']);
  for (const type of ['LSTM', 'GRU', 'SimpleRNN']) there.add(type);
  expect(LAYER_TYPES.filter((type) => !here.has(type) && !there.has(type))).toEqual([]);
});

test.each(CASES)('backends agree on %s, and it learns', async (_, shape, layers) => {
  const job = jobOf([...layers, ...ENDING], shape);
  const cpu = await trainOn('cpu', job);
  const wasm = await trainOn('wasm', job);
  expect(cpu.model.weights.map(({ name, shape }) => [name, shape])).toEqual(
    job.initialWeights.map(({ name, shape }) => [name, shape]),
  );
  for (const [index, { name, data }] of wasm.model.weights.entries()) {
    // Every weight has moved, so none was left without its gradient.
    expect(data, name).not.toEqual(job.initialWeights[index].data);
    for (const [i, value] of data.entries()) {
      expect(Math.abs(value - cpu.model.weights[index].data[i]), name).toBeLessThan(2e-5);
    }
  }
  expect(wasm.history[1].valLoss).toBeCloseTo(cpu.history[1].valLoss, 4);
  expect(wasm.history[1].loss).toBeLessThan(wasm.history[0].loss);
});

test.each(['cpu', 'wasm'] as const)(
  'dilated layers compute what TensorFlow.js computes on %s',
  async (backend) => {
    const layers = [
      { type: 'Conv2D', filters: 3, kernelSize: [2, 3], dilationRate: [3, 2] },
      { type: 'SeparableConv2D', filters: 2, kernelSize: 2, dilationRate: [1, 2] },
      ...ENDING,
    ];
    const job = jobOf(layers, IMAGE, { epochs: 1 });
    const { model, history } = await trainOn(backend, job);
    expect(lossOf(await tfjsModelOf(model), job.validation)).toBeCloseTo(history[0].valLoss, 5);
  },
);

test.each(['cpu', 'wasm'] as const)('the best weights hold the moving statistics on %s', async (backend) => {
  const layers = [
    { type: 'Conv1D', filters: 4, kernelSize: 3 },
    { type: 'BatchNormalization', momentum: 0.5 },
    { type: 'ReLU' },
    ...ENDING,
  ];
  // The rate makes the first epoch the best: the statistics must be of that epoch, not of the last.
  const job = jobOf(layers, SIGNAL, { epochs: 4, learningRate: 20, schedule: { type: 'constant' } });
  const { model, history, bestEpoch } = await trainOn(backend, job);
  expect(bestEpoch).toBeLessThan(4);
  expect(model.weights.slice(2, 6).map(({ name }) => name)).toEqual([
    'batch_normalization/gamma',
    'batch_normalization/beta',
    'batch_normalization/moving_mean',
    'batch_normalization/moving_variance',
  ]);
  expect(lossOf(await tfjsModelOf(model), job.validation)).toBeCloseTo(history[bestEpoch - 1].valLoss, 4);
});

test('training leaves no tensors behind', async () => {
  const layers = [
    { type: 'SeparableConv2D', filters: 4, kernelSize: 2, dilationRate: 2 },
    { type: 'BatchNormalization' },
    { type: 'DepthwiseConv2D', kernelSize: 3, activation: 'relu' },
    ...ENDING,
  ];
  await trainOn('wasm', jobOf(layers, IMAGE, { epochs: 1 }));
  const before = tf.memory().numTensors;
  await trainOn('wasm', jobOf(layers, IMAGE));
  expect(tf.memory().numTensors).toBe(before);
});

test('accuracy and AUC are those of the predictions', async () => {
  const job = jobOf(
    [{ type: 'GlobalAveragePooling1D' }, { type: 'Dense', units: 3, activation: 'softmax' }],
    SIGNAL,
  );
  const { history } = await trainOn('wasm', job);
  const [{ metrics, valMetrics }] = history;
  expect(Object.keys(metrics)).toEqual(['accuracy']);
  expect(Object.keys(valMetrics)).toEqual(['accuracy', 'auc']);
  expect(valMetrics.accuracy * 24).toBeCloseTo(Math.round(valMetrics.accuracy * 24), 4);
  expect(valMetrics.auc).toBeGreaterThan(0);
  expect(valMetrics.auc).toBeLessThan(1);
});

test.each(['cpu', 'wasm'] as const)('yes or no is learnt with binaryCrossentropy on %s', async (backend) => {
  const isFirst = (samples: LabelledSamples): LabelledSamples => ({
    x: samples.x,
    y: rowsInMemory({
      data: allRows(targetsOf(samples)).filter((_, i) => i % 3 === 0),
      shape: [samples.x.count, 1],
    }),
  });
  const layers = [{ type: 'Flatten' }, { type: 'Dense', units: 1, activation: 'sigmoid' }];
  const recipe = { loss: 'binaryCrossentropy', epochs: 20, learningRate: 0.3 };
  const job = jobOf(layers, SIGNAL, recipe);
  const { history } = await trainOn(backend, {
    ...job,
    train: isFirst(job.train),
    validation: isFirst(job.validation),
  });
  const { valMetrics } = history[history.length - 1];
  expect(valMetrics.accuracy).toBeGreaterThan(0.9);
  expect(valMetrics.auc).toBeGreaterThan(0.95);
});
