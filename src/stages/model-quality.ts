/** What a converted model does on a project's test split, as figures that limits apply to. */

import type { Artifact } from '../artifacts/store.ts';
import { attempt } from '../core/errors.ts';
import type { FloatArray } from '../data/records/float-array.ts';
import type { Figure, Quality } from '../models/check/measure-model.ts';
import { runReal } from '../models/run/real-runner.ts';
import type { Evaluation } from '../models/score/evaluation.ts';
import { classCount, scoreDecisions } from '../models/score/evaluation.ts';
import { regressionScores } from '../models/score/regression-scores.ts';
import { sqnr } from '../models/score/sqnr.ts';
import { readTflmModel } from '../models/tflm-model.ts';
import { readFiniteArray, readSplit } from './dataset-reader.ts';

const NO_CLASSES: Figure = { doubt: 'the project is a regression, which has no accuracy' };
const NO_ERRORS: Figure = { doubt: 'the project is a classification, which is judged by its decisions' };
const NO_SPREAD: Figure = { doubt: 'all targets of the test split are equal, of which there is no R²' };

type RegressionQuality = Pick<Quality, 'mse' | 'mae' | 'r2'>;
const NO_REGRESSION: RegressionQuality = { mse: NO_ERRORS, mae: NO_ERRORS, r2: NO_ERRORS };

/** Of all values of all targets together, whose one mean is what R² compares with. */
export function regressionQuality(predictions: Float32Array, targets: Float32Array): RegressionQuality {
  const { mse, mae, r2 } = regressionScores(predictions, targets);
  return { mse: { value: mse }, mae: { value: mae }, r2: r2 === undefined ? NO_SPREAD : { value: r2 } };
}

function noise(predictions: FloatArray, float: FloatArray): Figure {
  const equal = predictions.data.every((value, index) => value === float.data[index]);
  return { value: equal ? Number.POSITIVE_INFINITY : sqnr(predictions.data, float.data) };
}

/**
 * The difference of two shares of `count` decisions, rounded once: 0.8 less 0.7 is what "0.1" is as a number, so that a
 * drop equal to its limit passes.
 */
export function shareDifference(a: number, b: number, count: number): number {
  return (Math.round(a * count) - Math.round(b * count)) / count;
}

function qualityOf(predictions: FloatArray, float: FloatArray, y: FloatArray, task: string): Quality {
  const sqnrDb = noise(predictions, float);
  if (task !== 'classification') {
    const errors = regressionQuality(predictions.data, y.data);
    return { accuracy: NO_CLASSES, accuracyDrop: NO_CLASSES, sqnr: sqnrDb, ...errors };
  }
  const { accuracy } = scoreDecisions(predictions, y);
  const before = scoreDecisions(float, y).accuracy;
  const drop = shareDifference(before, accuracy, y.shape[0] * classCount(y));
  return { accuracy: { value: accuracy }, accuracyDrop: { value: drop }, sqnr: sqnrDb, ...NO_REGRESSION };
}

interface Evaluated {
  readonly dataset: Artifact;
  readonly evaluation: Artifact;
}

function readEvaluated({ dataset, evaluation }: Evaluated) {
  const read = (path: string): FloatArray => readFiniteArray(evaluation.read(path), path);
  const { task } = JSON.parse(evaluation.readText('evaluation.json')) as Evaluation;
  return { test: readSplit(dataset, 'test'), float: read('predictions_float.npy'), task, read };
}

/** Of the project's own model, from what the stage `evaluate` measured. */
export function projectQuality(evaluated: Evaluated): Quality {
  const { test, float, task, read } = readEvaluated(evaluated);
  return qualityOf(read('predictions_converted.npy'), float, test.y, task);
}

/** Of any other model on the same test split; undefined where it does not fit the split or cannot be computed. */
export function otherQuality(model: Uint8Array, evaluated: Evaluated): Quality | undefined {
  const { test, float, task } = readEvaluated(evaluated);
  const run = attempt(() => runReal(readTflmModel(model).graph, test.x));
  if ('refusal' in run || run.value.data.length !== float.data.length) return undefined;
  return qualityOf(run.value, float, test.y, task);
}
