/** What TensorFlow.js is told of each output, and how records of epochs call what it computes there. */

import * as tf from '@tensorflow/tfjs-core';
import { metrics } from '@tensorflow/tfjs-layers';
import { figureName, type Head } from '../heads.ts';
import type { LossName, MetricName } from '../recipe.ts';

type LossFunction = (targets: tf.Tensor, outputs: tf.Tensor) => tf.Tensor;

const LOSSES: Readonly<Record<LossName, string | LossFunction>> = {
  mse: 'meanSquaredError',
  mae: 'meanAbsoluteError',
  huber: tf.losses.huberLoss,
  categoricalCrossentropy: 'categoricalCrossentropy',
  binaryCrossentropy: 'binaryCrossentropy',
};

const LOSS_FUNCTIONS: Readonly<Record<LossName, LossFunction>> = {
  mse: metrics.meanSquaredError,
  mae: metrics.meanAbsoluteError,
  huber: (targets, outputs) => tf.losses.huberLoss(targets, outputs),
  categoricalCrossentropy: metrics.categoricalCrossentropy,
  binaryCrossentropy: metrics.binaryCrossentropy,
};

type MetricFunction = (targets: tf.Tensor, outputs: tf.Tensor) => tf.Tensor;

/** What it computes itself, of all metrics but `auc`. */
const METRICS: Readonly<Partial<Record<MetricName, string>>> = { mae: 'mae', mse: 'mse', accuracy: 'acc' };

/** It has no weights of losses: one that counts otherwise is a function of its own. */
function lossOf({ loss, weight }: Head): string | LossFunction {
  return weight === 1
    ? LOSSES[loss]
    : (targets, outputs) => tf.mul(weight, LOSS_FUNCTIONS[loss](targets, outputs));
}

/** Which accuracy is meant it tells by the loss, and knows it by name alone. */
function metricOf(metric: MetricName, { loss, weight }: Head): string | MetricFunction {
  return metric === 'accuracy' && loss === 'binaryCrossentropy' && weight !== 1
    ? metrics.binaryAccuracy
    : (METRICS[metric] as string);
}

function computed({ metrics: names }: Head): readonly MetricName[] {
  return names.filter((name) => METRICS[name] !== undefined);
}

/** The losses and metrics of a model whose outputs have these names. */
export function compileArguments(heads: readonly Head[], outputNames: readonly string[]) {
  const [first, ...others] = heads.map((head) => computed(head).map((name) => metricOf(name, head)));
  const named = [first, ...others].map((metrics, index) => [outputNames[index], metrics]);
  return {
    loss: heads.map(lossOf) as string[],
    // Declared to be one for each name, and may be several.
    metrics: others.length === 0 ? first : (Object.fromEntries(named) as Readonly<Record<string, string>>),
  };
}

/** Loss and metrics of its values in the order in which it names them: the loss, those of all outputs, their metrics. */
export function readScores(heads: readonly Head[], [loss, ...values]: readonly number[]) {
  const losses = heads.length === 1 ? [] : heads;
  const names = [
    ...losses.map((head) => figureName(head, 'loss')),
    ...heads.flatMap((head) => computed(head).map((name) => figureName(head, name))),
  ];
  const scores = names.map((name, index) => [name, values[index] / (losses[index]?.weight ?? 1)]);
  return { loss, metrics: Object.fromEntries(scores) as Record<string, number> };
}
