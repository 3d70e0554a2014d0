/** A model in training inside TensorFlow.js: built, compiled, fitted and evaluated by its Layers API. */

import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, models } from '@tensorflow/tfjs-layers';
import { inputError, unsupportedError } from '../../core/errors.ts';
import type { NamedWeight } from '../../core/float-model.ts';
import type { JsonObject } from '../../core/json.ts';
import { elementCount, formatShape, type Shape, sameShape } from '../../core/tensor.ts';
import { areaUnderRoc } from '../area-under-roc.ts';
import { figureName, headsOf } from '../heads.ts';
import { type Recipe, weightDecayOf } from '../recipe.ts';
import type { TrainingSession } from '../run-epochs.ts';
import { type SampleStream, samplesInOrder, targetsOf } from '../samples/sample-stream.ts';
import { topologyInputs } from '../topology.ts';
import type { LabelledSamples, TrainingJob } from '../trainer.ts';
import { spreadDilatedKernels } from './dilated-kernels.ts';
import { compileArguments, readScores } from './heads.ts';
import { withRecurrentLayers } from './recurrent-layers.ts';
import { seedDropout } from './seeded-dropout.ts';

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
      structuredClone(withRecurrentLayers(topology)) as Parameters<typeof models.modelFromJSON>[0],
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

/** One for each input, or output, whose values a sample has one after another. */
function partTensors(x: Float32Array, count: number, shapes: readonly Shape[]): tf.Tensor[] {
  const length = shapes.reduce((sum, shape) => sum + elementCount(shape), 0);
  let offset = 0;
  return shapes.map((shape) => {
    const size = elementCount(shape);
    const own = new Float32Array(count * size);
    for (let row = 0; row < count; row++) {
      const from = row * length + offset;
      own.set(x.subarray(from, from + size), row * size);
    }
    offset += size;
    return tf.tensor(own, [count, ...shape], 'float32');
  });
}

/** All samples at once: TensorFlow.js takes them whole, so that this engine's memory grows with them. */
function tensorsOf(
  stream: SampleStream,
  labelled: LabelledSamples,
  inputShapes: readonly Shape[],
  outputShapes: readonly Shape[],
) {
  const { count } = stream;
  const targets = targetsOf(labelled);
  const x = new Float32Array(count * elementCount(labelled.x.shape));
  const y = new Float32Array(count * elementCount(targets.shape));
  stream.read(0, count, x, y);
  return {
    x: partTensors(x, count, inputShapes),
    // Where the target is the input, the model may give it flattened.
    y: partTensors(y, count, outputShapes),
  };
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
    setInitialWeights(model, job.initialWeights);
    seedDropout(model, job.seed);
    spreadDilatedKernels(model);
    return sessionOf(model, job);
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function sessionOf(model: LayersModel, job: TrainingJob): TrainingSession {
  const { topology, initialWeights, recipe, train, validation } = job;
  const heads = headsOf(job);
  const optimizer = createOptimizer(recipe);
  model.compile({ optimizer, ...compileArguments(heads, model.outputNames) });
  const outputShapes = model.outputs.map(({ shape }) => shape.slice(1) as number[]);
  const inputShapes = topologyInputs(topology);
  const validated = tensorsOf(samplesInOrder(validation), validation, inputShapes, outputShapes);
  const variables = new Map(namedVariables(model).map(({ name, variable }) => [name, variable]));
  const validationAreas = (): Readonly<Record<string, number>> => {
    if (heads.every(({ metrics }) => !metrics.includes('auc'))) return {};
    const predicted = [model.predict(validated.x, { batchSize: VALIDATION_BATCH })].flat();
    const areas = heads.flatMap((head, index) =>
      head.metrics.includes('auc')
        ? [
            [
              figureName(head, 'auc'),
              areaUnderRoc(
                predicted[index].dataSync() as Float32Array,
                validated.y[index].dataSync() as Float32Array,
              ),
            ] as const,
          ]
        : [],
    );
    tf.dispose(predicted);
    return Object.fromEntries(areas);
  };

  return {
    async trainEpoch(samples, learningRate) {
      setLearningRate(optimizer, learningRate);
      const { x, y } = tensorsOf(samples, train, inputShapes, outputShapes);
      try {
        const { batchSize } = recipe;
        const options = { epochs: 1, batchSize, shuffle: false, verbose: 0, yieldEvery: 'never' } as const;
        const { history } = await model.fit(x, y, options);
        return readScores(
          heads,
          model.metricsNames.map((name) => Number(history[name].at(-1))),
        );
      } finally {
        tf.dispose([...x, ...y]);
      }
    },
    validate() {
      const results = [model.evaluate(validated.x, validated.y, { batchSize: VALIDATION_BATCH })].flat();
      const values = results.map((result) => result.dataSync()[0]);
      tf.dispose(results);
      // The first values are sums of losses: of one output, of two, and in the end of all.
      const { loss, metrics } = readScores(heads, values.slice(heads.length - 1));
      return { loss, metrics: { ...metrics, ...validationAreas() } };
    },
    weights: () =>
      initialWeights.map(({ name, shape }) => ({
        name,
        shape,
        data: Float32Array.from((variables.get(name) as tf.Variable).dataSync()),
      })),
    dispose() {
      tf.dispose([...validated.x, ...validated.y]);
      model.dispose();
      optimizer.dispose();
    },
  };
}
