/** What a converted model does on a project's test split, or on other data, as figures that limits apply to. */

import type { Artifact } from '../artifacts/store.ts';
import { attempt } from '../core/errors.ts';
import type { FloatArray } from '../data/records/float-array.ts';
import type { Figure } from '../models/check/figure.ts';
import type { Quality } from '../models/check/measure-model.ts';
import { chosenOutput } from '../models/run/chosen-output.ts';
import { runReal } from '../models/run/real-runner.ts';
import { anomalyScores, quantileOf, reconstructionErrors } from '../models/score/anomaly-scores.ts';
import type { Evaluation } from '../models/score/evaluation.ts';
import { scoreDecisions } from '../models/score/evaluation.ts';
import { regressionScores } from '../models/score/regression-scores.ts';
import { sqnr } from '../models/score/sqnr.ts';
import type { Task } from '../models/score/tasks.ts';
import { readTflmModel } from '../models/tflm-model.ts';
import { readSplit } from './dataset-reader.ts';
import { type Measured, readMeasured } from './ends/measured.ts';
import { numbersOf } from './ends/project-outputs.ts';
import type { ModelEvaluation } from './measure/score-model.ts';

type ScoreName = Exclude<keyof Quality, 'accuracyDrop' | 'sqnr'>;

/** What of it an evaluation holds; the others are none of its task, or not known of these samples. */
export type Scores = { readonly [Name in ScoreName]?: number };

/** How sentences call them. */
const SCORE_WORDS: Readonly<Record<ScoreName, string>> = {
  accuracy: 'accuracy',
  balancedAccuracy: 'balanced accuracy',
  f1: 'F1',
  auc: 'AUC',
  averagePrecision: 'average precision',
  mse: 'mean squared error',
  mae: 'mean absolute error',
  r2: 'R²',
};
const SCORE_NAMES = Object.keys(SCORE_WORDS) as readonly ScoreName[];

interface Judged {
  /** What the project is. */
  readonly words: string;
  readonly scores: readonly ScoreName[];
  /** Why there may be none of a score that the task has. */
  readonly missing: string;
}

const TASK_SCORES: Readonly<Record<Task, Judged>> = {
  regression: {
    words: 'a regression',
    scores: ['mse', 'mae', 'r2'],
    missing: 'all targets of the test split are equal',
  },
  classification: {
    words: 'a classification',
    scores: ['accuracy', 'balancedAccuracy', 'f1', 'auc', 'averagePrecision'],
    missing: 'the test split has samples of one class alone, or of several classes at once',
  },
  anomaly: {
    words: 'an anomaly detector',
    scores: ['f1', 'auc', 'averagePrecision'],
    missing: 'the samples of the test split are all normal, or all anomalies',
  },
};

function scoreFigure(task: Task, name: ScoreName, value: number | undefined, whose = 'project'): Figure {
  const { words, scores, missing } = TASK_SCORES[task];
  if (!scores.includes(name)) return { doubt: `the ${whose} is ${words}, which has no ${SCORE_WORDS[name]}` };
  return value === undefined ? { doubt: `${missing}, of which there is no ${SCORE_WORDS[name]}` } : { value };
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

function accuracyDrop(evaluation: Evaluation, { accuracy }: Scores): Figure {
  if (evaluation.task !== 'classification' || accuracy === undefined)
    return scoreFigure(evaluation.task, 'accuracy', undefined);
  const { float, samples, classes } = evaluation;
  return { value: shareDifference(float.accuracy, accuracy, samples * classes.length) };
}

/** Figures of a model with these scores, beside the float model of the evaluation. */
export function qualityOf(evaluation: Evaluation, scores: Scores, sqnrDb: Figure): Quality {
  const figures = SCORE_NAMES.map((name) => [name, scoreFigure(evaluation.task, name, scores[name])]);
  return {
    ...(Object.fromEntries(figures) as Record<ScoreName, Figure>),
    accuracyDrop: accuracyDrop(evaluation, scores),
    sqnr: sqnrDb,
  };
}

const NO_FLOAT: Figure = { doubt: 'there is no float model to compare with' };

/** Of a model that was measured alone. */
export function modelQuality({ task, float, converted }: ModelEvaluation): Quality {
  const scores: Scores = converted ?? float ?? {};
  const figures = SCORE_NAMES.map((name) => [name, scoreFigure(task, name, scores[name], 'task')]);
  return {
    ...(Object.fromEntries(figures) as Record<ScoreName, Figure>),
    accuracyDrop: NO_FLOAT,
    sqnr: NO_FLOAT,
  };
}

interface Evaluated {
  readonly dataset: Artifact;
  readonly evaluation: Artifact;
}

/** Of one output. */
export interface OutputQuality {
  /** Absent where the model has one. */
  readonly output?: string;
  readonly quality: Quality;
}

function named({ output }: Measured, quality: Quality): OutputQuality {
  return output === undefined ? { quality } : { output: output.name, quality };
}

/** Of each output of the project's own model, from what the stage `evaluate` measured. */
export function projectQualities({ dataset, evaluation }: Evaluated): readonly OutputQuality[] {
  return readMeasured(evaluation, dataset).map((measured) => {
    const { evaluation: own, float, converted } = measured;
    return named(measured, qualityOf(own, own.converted, noise(converted, float)));
  });
}

type Run = (records: FloatArray) => FloatArray;

function scoresOf(
  { evaluation, output }: Measured,
  dataset: Artifact,
  outputs: FloatArray,
  run: Run,
): Scores {
  const test = readSplit(dataset, 'test');
  const targets = output === undefined ? test.y : numbersOf(output, test.y);
  switch (evaluation.task) {
    case 'classification':
      return scoreDecisions(outputs, targets);
    case 'regression':
      return regressionScores(outputs.data, targets.data);
    case 'anomaly': {
      const normal = readSplit(dataset, 'validation').x;
      const errors = ({ data, shape }: FloatArray, { data: results }: FloatArray) =>
        reconstructionErrors(data, results, shape[0]);
      const threshold = quantileOf(errors(normal, run(normal)), evaluation.quantile);
      return anomalyScores(errors(test.x, outputs), Int32Array.from(targets.data), threshold);
    }
  }
}

function otherQuality(model: Uint8Array, dataset: Artifact, measured: Measured): OutputQuality | undefined {
  const { evaluation, float, output } = measured;
  const computed = attempt(() => {
    const { graph: whole } = readTflmModel(model);
    const graph = output === undefined ? whole : chosenOutput(whole, output.name);
    const run: Run = (records) => runReal(graph, records);
    return { run, outputs: run(readSplit(dataset, 'test').x) };
  });
  if ('refusal' in computed || computed.value.outputs.data.length !== float.data.length) return undefined;
  const { run, outputs } = computed.value;
  const scores = scoresOf(measured, dataset, outputs, run);
  return named(measured, qualityOf(evaluation, scores, noise(outputs, float)));
}

/** Of any other model on the same test split, output by output; undefined where it does not fit the split or cannot be computed. */
export function otherQualities(
  model: Uint8Array,
  { dataset, evaluation }: Evaluated,
): readonly OutputQuality[] | undefined {
  const all = readMeasured(evaluation, dataset).map((measured) => otherQuality(model, dataset, measured));
  const known = all.filter((one) => one !== undefined);
  return known.length < all.length ? undefined : known;
}
