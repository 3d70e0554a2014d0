/** TensorFlow.js judges the compiled engine: from the same weights and batches, every epoch gives the same numbers. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import { createCompiledTrainer } from '../../../src/training/compiled/engine.ts';
import { createInitialWeights } from '../../../src/training/initial-weights.ts';
import { LAYER_TYPES } from '../../../src/training/layer-table.ts';
import { modelSpecSchema, toTopology } from '../../../src/training/model-spec.ts';
import { LOSSES, OPTIMIZERS, recipeSchema } from '../../../src/training/recipe.ts';
import type { LabelledSamples, Trainer, TrainingJob, TrainingResult } from '../../../src/training/trainer.ts';
import { createTrainer } from '../../../src/training/trainers.ts';

type TargetKind = 'numbers' | 'classes' | 'yes-no';

function draw(
  samples: number,
  shape: Shape,
  outputs: number,
  kind: TargetKind,
  purpose: string,
): LabelledSamples {
  const random = createRandom(8, purpose);
  const x = Float32Array.from({ length: samples * elementCount(shape) }, () => random.normal());
  const y = new Float32Array(samples * outputs);
  for (let sample = 0; sample < samples; sample++) {
    if (kind === 'classes') y[sample * outputs + random.below(outputs)] = 1;
    else {
      for (let i = 0; i < outputs; i++) {
        y[sample * outputs + i] = kind === 'numbers' ? random.normal() : random.below(2);
      }
    }
  }
  return { x: { data: x, shape: [samples, ...shape] }, y: { data: y, shape: [samples, outputs] } };
}

function jobOf(
  layers: readonly object[],
  shape: Shape,
  recipe: object = {},
  outputs = 3,
  kind: TargetKind = 'numbers',
): TrainingJob {
  const topology = toTopology(modelSpecSchema.parse({ layers }), shape);
  return {
    topology,
    initialWeights: createInitialWeights(topology, 2),
    recipe: recipeSchema.parse({
      epochs: 3,
      batchSize: 8,
      optimizer: 'sgd',
      learningRate: 0.02,
      metrics: ['mae'],
      schedule: { type: 'constant' },
      ...recipe,
    }),
    seed: 2,
    // The last batch is a smaller one.
    train: draw(29, shape, outputs, kind, 'train'),
    validation: draw(13, shape, outputs, kind, 'validation'),
  };
}

const run = (trainer: Trainer, job: TrainingJob): Promise<TrainingResult> =>
  trainer.train(job, { signal: new AbortController().signal, onEpoch: () => {} });

async function expectSameTraining(job: TrainingJob, tolerance = 2e-4): Promise<void> {
  const judge = await run((await createTrainer({ backend: 'cpu' })).trainer, job);
  const compiled = await run(createCompiledTrainer().trainer, job);
  for (const [index, expected] of judge.history.entries()) {
    const actual = compiled.history[index];
    const pairs: [string, number, number][] = [
      ['loss', actual.loss, expected.loss],
      ['valLoss', actual.valLoss, expected.valLoss],
      ...Object.keys(expected.metrics).map((name): [string, number, number] => [
        name,
        actual.metrics[name],
        expected.metrics[name],
      ]),
      ...Object.keys(expected.valMetrics).map((name): [string, number, number] => [
        `val ${name}`,
        actual.valMetrics[name],
        expected.valMetrics[name],
      ]),
    ];
    for (const [name, a, b] of pairs) {
      expect(Math.abs(a - b), `epoch ${index + 1} ${name}: ${a} against ${b}`).toBeLessThan(
        tolerance * Math.max(1, Math.abs(b)),
      );
    }
  }
  expect(compiled.bestEpoch).toBe(judge.bestEpoch);
  for (const [index, weight] of judge.model.weights.entries()) {
    const own = compiled.model.weights[index];
    expect(own.name).toBe(weight.name);
    const initial = job.initialWeights[index].data;
    let moved = 0;
    for (let i = 0; i < weight.data.length; i++) {
      moved = Math.max(moved, Math.abs(weight.data[i] - initial[i]));
      expect(Math.abs(own.data[i] - weight.data[i]), `${weight.name}[${i}]`).toBeLessThan(
        tolerance * Math.max(1, Math.abs(weight.data[i])),
      );
    }
    expect(moved, `${weight.name} was trained`).toBeGreaterThan(0);
  }
}

const IMAGE: Shape = [9, 8, 2];
const SIGNAL: Shape = [12, 3];
const ENDING = [{ type: 'Flatten' }, { type: 'Dense', units: 3 }];

const LAYER_CASES: readonly (readonly [string, Shape, readonly object[]])[] = [
  ['Dense', [5], [{ type: 'Dense', units: 4, activation: 'tanh' }]],
  ['Dense over steps', SIGNAL, [{ type: 'Dense', units: 5, activation: 'sigmoid', useBias: false }]],
  [
    'Activation',
    [6],
    [
      { type: 'Dense', units: 5 },
      { type: 'Activation', activation: 'relu6' },
    ],
  ],
  [
    'ReLU',
    [6],
    [
      { type: 'Dense', units: 5 },
      { type: 'ReLU' },
      { type: 'Dense', units: 4 },
      { type: 'ReLU', maxValue: 6 },
    ],
  ],
  [
    'Softmax',
    [6],
    [{ type: 'Dense', units: 5 }, { type: 'Softmax' }, { type: 'Dense', units: 4, activation: 'softmax' }],
  ],
  [
    'Reshape',
    IMAGE,
    [
      { type: 'Reshape', targetShape: [24, 6] },
      { type: 'Dense', units: 2 },
    ],
  ],
  [
    'Conv1D',
    SIGNAL,
    [
      { type: 'Conv1D', filters: 4, kernelSize: 3, activation: 'relu' },
      { type: 'Conv1D', filters: 4, kernelSize: [4], strides: 2, padding: 'same' },
    ],
  ],
  [
    'Conv1D, dilated',
    SIGNAL,
    [{ type: 'Conv1D', filters: 4, kernelSize: 3, dilationRate: 2, padding: 'same' }],
  ],
  [
    'Conv2D',
    IMAGE,
    [
      { type: 'Conv2D', filters: 4, kernelSize: 3, activation: 'relu' },
      { type: 'Conv2D', filters: 3, kernelSize: [2, 3], strides: 2, padding: 'same' },
    ],
  ],
  [
    'Conv2D, pointwise',
    IMAGE,
    [
      { type: 'Conv2D', filters: 4, kernelSize: 1, activation: 'relu' },
      { type: 'Conv2D', filters: 5, kernelSize: 1, useBias: false },
    ],
  ],
  ['Conv2D, dilated', IMAGE, [{ type: 'Conv2D', filters: 4, kernelSize: 2, dilationRate: [2, 3] }]],
  [
    'DepthwiseConv2D',
    IMAGE,
    [
      { type: 'Conv2D', filters: 4, kernelSize: 1 },
      { type: 'DepthwiseConv2D', kernelSize: 3, padding: 'same', activation: 'relu6' },
      { type: 'DepthwiseConv2D', kernelSize: [3, 2], strides: 2, depthMultiplier: 2 },
    ],
  ],
  [
    'SeparableConv2D',
    IMAGE,
    [
      { type: 'SeparableConv2D', filters: 5, kernelSize: 3, depthMultiplier: 2, activation: 'relu' },
      { type: 'SeparableConv2D', filters: 4, kernelSize: 3, padding: 'same', strides: 2 },
    ],
  ],
  ['MaxPooling2D', IMAGE, [{ type: 'Conv2D', filters: 4, kernelSize: 2 }, { type: 'MaxPooling2D' }]],
  [
    'MaxPooling2D, overlapping',
    IMAGE,
    [
      { type: 'Conv2D', filters: 4, kernelSize: 2 },
      { type: 'MaxPooling2D', poolSize: 3, strides: 2, padding: 'same' },
    ],
  ],
  [
    'AveragePooling2D',
    IMAGE,
    [
      { type: 'Conv2D', filters: 4, kernelSize: 2 },
      { type: 'AveragePooling2D', poolSize: [3, 2], strides: [2, 1] },
    ],
  ],
  [
    'pooling of steps',
    SIGNAL,
    [
      { type: 'Conv1D', filters: 4, kernelSize: 1 },
      { type: 'MaxPooling1D' },
      { type: 'AveragePooling1D', poolSize: 3, strides: 1 },
    ],
  ],
  [
    'GlobalAveragePooling2D',
    IMAGE,
    [
      { type: 'Conv2D', filters: 4, kernelSize: 2 },
      { type: 'GlobalAveragePooling2D' },
      { type: 'Reshape', targetShape: [2, 2] },
    ],
  ],
  [
    'GlobalMaxPooling2D',
    IMAGE,
    [
      { type: 'Conv2D', filters: 4, kernelSize: 2 },
      { type: 'GlobalMaxPooling2D' },
      { type: 'Reshape', targetShape: [2, 2] },
    ],
  ],
  [
    'global pooling of steps',
    SIGNAL,
    [
      { type: 'Conv1D', filters: 4, kernelSize: 2 },
      { type: 'GlobalAveragePooling1D' },
      { type: 'Reshape', targetShape: [2, 2] },
      { type: 'GlobalMaxPooling1D' },
      { type: 'Reshape', targetShape: [1, 2] },
    ],
  ],
  [
    'ZeroPadding2D',
    IMAGE,
    [
      { type: 'Conv2D', filters: 4, kernelSize: 2 },
      {
        type: 'ZeroPadding2D',
        padding: [
          [1, 0],
          [2, 1],
        ],
      },
      { type: 'Conv2D', filters: 3, kernelSize: 3 },
    ],
  ],
  [
    'BatchNormalization',
    IMAGE,
    [
      { type: 'BatchNormalization' },
      { type: 'Conv2D', filters: 4, kernelSize: 2, useBias: false },
      { type: 'BatchNormalization', momentum: 0.8 },
      { type: 'ReLU' },
    ],
  ],
  [
    'BatchNormalization of numbers',
    [7],
    [
      { type: 'Dense', units: 6 },
      { type: 'BatchNormalization' },
      { type: 'Activation', activation: 'relu' },
      { type: 'Reshape', targetShape: [2, 3] },
    ],
  ],
  [
    'Dropout',
    [7],
    [
      { type: 'Dense', units: 16, activation: 'tanh' },
      { type: 'Dropout', rate: 0.4 },
      { type: 'Dense', units: 4 },
      { type: 'Reshape', targetShape: [2, 2] },
    ],
  ],
];

describe('the compiled engine trains as TensorFlow.js does', () => {
  it('has a case for every layer', () => {
    const used = new Set(
      LAYER_CASES.flatMap(([, , layers]) => layers.map((layer) => (layer as { type: string }).type)),
    );
    for (const { type } of ENDING) used.add(type);
    expect(LAYER_TYPES.filter((type) => !used.has(type))).toEqual([]);
  });

  it.each(LAYER_CASES)('%s', async (_, shape, layers) => {
    const flat =
      shape.length === 1 && !layers.some((layer) => (layer as { type: string }).type === 'Reshape');
    await expectSameTraining(jobOf([...layers, ...(flat ? ENDING.slice(1) : ENDING)], shape));
  });

  it.each(OPTIMIZERS)('optimizer %s', async (optimizer) => {
    const layers = [
      { type: 'Dense', units: 9, activation: 'relu' },
      { type: 'Dense', units: 3 },
    ];
    await expectSameTraining(
      jobOf(layers, [6], { optimizer, learningRate: 0.01, schedule: { type: 'cosine' } }),
    );
  });

  it.each(LOSSES)('loss %s', async (loss) => {
    const ending = { categoricalCrossentropy: 'softmax', binaryCrossentropy: 'sigmoid' } as const;
    const activation = loss in ending ? ending[loss as keyof typeof ending] : 'linear';
    const layers = [
      { type: 'Dense', units: 9, activation: 'relu' },
      { type: 'Dense', units: 3, activation },
    ];
    const kind = activation === 'softmax' ? 'classes' : activation === 'sigmoid' ? 'yes-no' : 'numbers';
    const metrics = kind === 'numbers' ? ['mae', 'mse'] : ['accuracy', 'mse', 'auc'];
    await expectSameTraining(jobOf(layers, [6], { loss, metrics }, 3, kind));
  });

  it('one output, yes or no', async () => {
    const layers = [
      { type: 'Dense', units: 9, activation: 'relu' },
      { type: 'Dense', units: 1, activation: 'sigmoid' },
    ];
    const recipe = { loss: 'binaryCrossentropy', metrics: ['accuracy', 'auc'] };
    await expectSameTraining(jobOf(layers, [6], recipe, 1, 'yes-no'));
  });
});
