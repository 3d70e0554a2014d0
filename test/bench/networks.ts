/** The networks that the suite trains and runs, on random samples: what is measured does not depend on the values. */

import { createRandom } from '../../src/core/random.ts';
import { elementCount, type Shape } from '../../src/core/tensor.ts';
import { sineSamples } from '../../src/data/generators/sine.ts';
import { defaultProject } from '../../src/stages/config.ts';
import { createInitialWeights } from '../../src/training/initial-weights.ts';
import { modelSpecSchema, toTopology } from '../../src/training/model-spec.ts';
import { recipeSchema } from '../../src/training/recipe.ts';
import { rowsInMemory } from '../../src/training/samples/sample-rows.ts';
import type { LabelledSamples, TrainingJob } from '../../src/training/trainer.ts';

const SEED = 1;

export interface Network {
  readonly layers: readonly object[];
  readonly input: Shape;
  readonly outputs: number;
  readonly loss: 'mse' | 'categoricalCrossentropy';
}

const conv = (filters: number, kernelSize: readonly number[], rest: object = {}): object => ({
  type: 'Conv2D',
  filters,
  kernelSize,
  ...rest,
});
const normalized = (layer: object): object[] => [layer, { type: 'BatchNormalization' }, { type: 'ReLU' }];
const separable = (): object[] => [
  ...normalized({ type: 'DepthwiseConv2D', kernelSize: [3, 3], padding: 'same', useBias: false }),
  ...normalized(conv(64, [1, 1], { padding: 'same', useBias: false })),
];
const softmax = (units: number): object => ({ type: 'Dense', units, activation: 'softmax' });
const dense = (units: number): object => ({ type: 'Dense', units });

export const NETWORKS = {
  cnn: {
    label: 'CNN on 28×28',
    layers: [
      conv(8, [3, 3], { activation: 'relu' }),
      conv(16, [3, 3], { activation: 'relu' }),
      { type: 'MaxPooling2D', poolSize: [2, 2] },
      { type: 'Flatten' },
      softmax(10),
    ],
    input: [28, 28, 1],
    outputs: 10,
    loss: 'categoricalCrossentropy',
  },
  'ds-cnn': {
    label: 'DS-CNN on 49×10',
    layers: [
      ...normalized(conv(64, [10, 4], { strides: [2, 2], padding: 'same', useBias: false })),
      ...separable(),
      ...separable(),
      ...separable(),
      ...separable(),
      { type: 'GlobalAveragePooling2D' },
      softmax(12),
    ],
    input: [49, 10, 1],
    outputs: 12,
    loss: 'categoricalCrossentropy',
  },
  autoencoder: {
    label: 'dense autoencoder of 640',
    layers: [
      ...[128, 128, 128, 128, 8, 128, 128, 128, 128].flatMap((units) => normalized(dense(units))),
      dense(640),
    ],
    input: [640],
    outputs: 640,
    loss: 'mse',
  },
} as const satisfies Readonly<Record<string, Network & { readonly label: string }>>;

export type NetworkName = keyof typeof NETWORKS;

function recurrent(type: 'LSTM' | 'GRU'): Network & { readonly label: string } {
  return {
    label: `${type} of 16 units over 20×6`,
    layers: [{ type, units: 16 }, softmax(5)],
    input: [20, 6],
    outputs: 5,
    loss: 'categoricalCrossentropy',
  };
}

/** Windows of an accelerometer and a gyroscope. */
export const RECURRENT_NETWORKS = { lstm: recurrent('LSTM'), gru: recurrent('GRU') } as const;

export function randomRecords(
  count: number,
  shape: Shape,
  purpose: string,
): { data: Float32Array; shape: Shape } {
  const random = createRandom(SEED, `benchmark ${purpose}`);
  return {
    data: Float32Array.from({ length: count * elementCount(shape) }, () => random.uniform()),
    shape: [count, ...shape],
  };
}

function randomSamples({ input, outputs, loss }: Network, count: number, purpose: string): LabelledSamples {
  const x = rowsInMemory(randomRecords(count, input, purpose));
  if (loss === 'mse') return { x, y: 'input' };
  const random = createRandom(SEED, `benchmark classes of ${purpose}`);
  const y = new Float32Array(count * outputs);
  for (let sample = 0; sample < count; sample++) y[sample * outputs + random.below(outputs)] = 1;
  return { x, y: rowsInMemory({ data: y, shape: [count, outputs] }) };
}

/** `samples` samples in batches of 32 with adam; next to nothing to validate. */
export function networkJob(network: Network, samples: number): TrainingJob {
  const topology = toTopology(modelSpecSchema.parse({ layers: network.layers }), network.input);
  return {
    topology,
    initialWeights: createInitialWeights(topology, SEED),
    recipe: recipeSchema.parse({
      optimizer: 'adam',
      learningRate: 0.001,
      loss: network.loss,
      batchSize: 32,
      metrics: [],
      schedule: { type: 'constant' },
    }),
    seed: SEED,
    train: randomSamples(network, samples, 'training'),
    validation: randomSamples(network, 2, 'validation'),
  };
}

function sineData(seed: number, count: number): LabelledSamples {
  const { x, y } = sineSamples({ samples: count, noise: 0.5, low: 0, high: 15 }, seed);
  const [inputs, targets] = [x, y].map((data) => rowsInMemory({ shape: [count, 1], data }));
  return { x: inputs, y: targets };
}

/** The default project's network and recipe, with a constant learning rate. */
export function sineJob(samples = 3000, epochs = 1): TrainingJob {
  const { model, training } = defaultProject;
  const topology = toTopology(modelSpecSchema.parse(model), [1]);
  return {
    topology,
    initialWeights: createInitialWeights(topology, SEED),
    recipe: { ...training, loss: 'mse', schedule: { type: 'constant' }, epochs },
    seed: SEED,
    train: sineData(1, samples),
    validation: sineData(2, Math.ceil(samples / 3)),
  };
}
