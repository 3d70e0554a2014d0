/** A model in training inside TensorFlow.js: built, compiled, fitted and evaluated by its Layers API. */

import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, models } from '@tensorflow/tfjs-layers';
import { inputError, unsupportedError } from '../../core/errors.ts';
import type { NamedWeight } from '../../core/float-model.ts';
import type { JsonObject } from '../../core/json.ts';
import { elementCount, formatShape, type Shape, sameShape } from '../../core/tensor.ts';
import { areaUnderRoc } from '../area-under-roc.ts';
import { type LossName, type MetricName, type Recipe, weightDecayOf } from '../recipe.ts';
import type { TrainingSession } from '../run-epochs.ts';
import type { Samples, TrainingJob } from '../trainer.ts';
import { spreadDilatedKernels } from './dilated-kernels.ts';
import { seedDropout } from './seeded-dropout.ts';

const LOSSES: Readonly<Record<LossName, string | typeof tf.losses.huberLoss>> = {
  mse: 'meanSquaredError',
  mae: 'meanAbsoluteError',
  huber: tf.losses.huberLoss,
  categoricalCrossentropy: 'categoricalCrossentropy',
  binaryCrossentropy: 'binaryCrossentropy',
};

/** What TensorFlow.js computes itself, with its name in the history of `fit`. */
const TFJS_METRICS: Readonly<Partial<Record<MetricName, string>>> = {
  mae: 'mae',
  mse: 'mse',
  accuracy: 'acc',
};

/** What only the compiled engine has. */
function missingOption(recipe: Recipe): string | undefined {
  if (recipe.optimizer === 'adamw') return 'optimizer "adamw"';
  if (weightDecayOf(recipe) !== 0) return '"weightDecay"';
  if (recipe.clipNorm !== undefined) return '"clipNorm"';
  return recipe.clipValue === undefined ? undefined : '"clipValue"';
}

function createOptimizer(recipe: Recipe): tf.Optimizer {
  const { optimizer, learningRate, momentum = 0, nesterov = false } = recipe;
  const missing = missingOption(recipe);
  if (optimizer === 'adamw' || missing !== undefined) {
    throw unsupportedError(
      'engine-without-option',
      `The engine "tfjs" has no ${missing}.`,
      'Train with --engine compiled.',
    );
  }
  if (optimizer === 'sgd' && momentum > 0) return tf.train.momentum(learningRate, momentum, nesterov);
  return tf.train[optimizer](learningRate);
}

const VALIDATION_BATCH = 1024;

async function buildModel(topology: JsonObject): Promise<LayersModel> {
  try {
    // TensorFlow.js takes the configuration apart while reading it.
    return await models.modelFromJSON(
      structuredClone(topology) as Parameters<typeof models.modelFromJSON>[0],
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unsupportedError(
      'model-not-trainable',
      `TensorFlow.js cannot build this model: ${reason.split('\n', 1)[0]}`,
      undefined,
      error,
    );
  }
}

/** `layer/weight` and the variable behind it, in TensorFlow.js' order, which for branches is one of its own. */
function namedVariables(model: LayersModel): { name: string; variable: tf.Variable }[] {
  return model.layers.flatMap((layer) =>
    layer.weights.map((weight) => ({ name: weight.originalName, variable: weight.read() as tf.Variable })),
  );
}

function assign(variable: tf.Variable, data: Float32Array): void {
  // The cpu backend keeps the array it is given.
  const tensor = tf.tensor(data.slice(), variable.shape, 'float32');
  variable.assign(tensor);
  tensor.dispose();
}

function setInitialWeights(model: LayersModel, weights: readonly NamedWeight[]): void {
  const byName = new Map(weights.map((weight) => [weight.name, weight]));
  for (const { name, variable } of namedVariables(model)) {
    const weight = byName.get(name);
    if (weight === undefined || !sameShape(weight.shape, variable.shape)) {
      const found = weight === undefined ? 'is missing' : `has shape ${formatShape(weight.shape)}`;
      throw inputError(
        'bad-initial-weights',
        `The initial weight "${name}" ${found}; the model needs ${formatShape(variable.shape)}.`,
      );
    }
    assign(variable, weight.data);
  }
}

function checkFits(what: string, samples: Samples, modelShape: readonly (number | null)[]): void {
  const expected = modelShape.slice(1);
  const actual = samples.shape.slice(1);
  const fits = expected.every((size, axis) => size === null || size === actual[axis]);
  if (fits && expected.length === actual.length) return;
  throw inputError(
    'data-shape',
    `One ${what} of the dataset has shape ${formatShape(actual)}, but the model expects ${formatShape(expected as Shape)}.`,
    what === 'target'
      ? 'Make the last layer as wide as the targets.'
      : 'Make the input shape of the model that of the dataset.',
  );
}

/** All samples in the given order. */
function gather({ data, shape }: Samples, order: Uint32Array): tf.Tensor {
  const size = elementCount(shape.slice(1));
  const values = new Float32Array(data.length);
  for (let row = 0; row < order.length; row++) {
    values.set(data.subarray(order[row] * size, (order[row] + 1) * size), row * size);
  }
  return tf.tensor(values, [...shape], 'float32');
}

/** RMSProp and Adam read their rate at each step; SGD, with momentum too, keeps a tensor of it behind a setter. */
function setLearningRate(optimizer: tf.Optimizer, learningRate: number): void {
  // Not instanceof: TensorFlow.js' optimizer classes recognize one another.
  if (optimizer.getClassName() === 'SGD' || optimizer.getClassName() === 'Momentum')
    (optimizer as tf.SGDOptimizer).setLearningRate(learningRate);
  else Object.assign(optimizer, { learningRate });
}

/** Builds the model on the current backend; the caller disposes of the session. */
export async function openSession(job: TrainingJob): Promise<TrainingSession> {
  const model = await buildModel(job.topology);
  try {
    checkFits('sample', job.train.x, model.inputs[0].shape);
    checkFits('target', job.train.y, model.outputs[0].shape);
    setInitialWeights(model, job.initialWeights);
    seedDropout(model, job.seed);
    spreadDilatedKernels(model);
    return sessionOf(model, job);
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function sessionOf(
  model: LayersModel,
  { initialWeights, recipe, train, validation }: TrainingJob,
): TrainingSession {
  const optimizer = createOptimizer(recipe);
  const metricNames = recipe.metrics.filter((name) => TFJS_METRICS[name] !== undefined);
  model.compile({ optimizer, loss: LOSSES[recipe.loss] as string, metrics: [...metricNames] });
  const inputs = tf.tensor(validation.x.data.slice(), [...validation.x.shape], 'float32');
  const targets = tf.tensor(validation.y.data.slice(), [...validation.y.shape], 'float32');
  const variables = new Map(namedVariables(model).map(({ name, variable }) => [name, variable]));
  const validationAuc = (): number => {
    const predicted = model.predict(inputs, { batchSize: VALIDATION_BATCH }) as tf.Tensor;
    const scores = predicted.dataSync() as Float32Array;
    predicted.dispose();
    return areaUnderRoc(scores, validation.y.data);
  };

  return {
    async trainEpoch(order, learningRate) {
      setLearningRate(optimizer, learningRate);
      const x = gather(train.x, order);
      const y = gather(train.y, order);
      try {
        const { batchSize } = recipe;
        const options = { epochs: 1, batchSize, shuffle: false, verbose: 0, yieldEvery: 'never' } as const;
        const { history } = await model.fit(x, y, options);
        const last = (name: string): number => Number(history[name].at(-1));
        return {
          loss: last('loss'),
          metrics: Object.fromEntries(metricNames.map((name) => [name, last(TFJS_METRICS[name] as string)])),
        };
      } finally {
        tf.dispose([x, y]);
      }
    },
    validate() {
      const results = [model.evaluate(inputs, targets, { batchSize: VALIDATION_BATCH })].flat();
      const [loss, ...metrics] = results.map((result) => result.dataSync()[0]);
      tf.dispose(results);
      return {
        loss,
        metrics: {
          ...Object.fromEntries(metricNames.map((name, index) => [name, metrics[index]])),
          ...(recipe.metrics.includes('auc') ? { auc: validationAuc() } : {}),
        },
      };
    },
    weights: () =>
      initialWeights.map(({ name, shape }) => ({
        name,
        shape,
        data: Float32Array.from((variables.get(name) as tf.Variable).dataSync()),
      })),
    dispose() {
      tf.dispose([inputs, targets]);
      model.dispose();
      optimizer.dispose();
    },
  };
}
