/** What a model makes of samples whose truth is known. */

import { inputError, usageError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { silentReporter } from '../../core/reporter.ts';
import type { FloatArray } from '../../data/records/float-array.ts';
import { arrayRecords, type RecordSource, readAllRecords } from '../../data/records/records.ts';
import type { Graph } from '../../ir/graph.ts';
import { predictAll } from '../../models/run/predict-records.ts';
import { warningOfSaturation } from '../../models/run/saturation.ts';
import type { WorkContext } from '../../models/run/spread/spread-records.ts';
import {
  type AnomalyScores,
  anomalyScores,
  quantileOf,
  reconstructionErrors,
} from '../../models/score/anomaly-scores.ts';
import {
  type ClassificationScores,
  type Evaluation,
  evaluateClassification,
  evaluateRegression,
  type Outputs,
  scoreDecisions,
} from '../../models/score/evaluation.ts';
import { type RegressionScores, regressionScores } from '../../models/score/regression-scores.ts';
import type { Task } from '../../models/score/tasks.ts';
import { ANOMALY_QUANTILE, evaluateReconstruction } from '../evaluate-anomaly.ts';
import type { Labels, ModelSamples } from './model-samples.ts';

type ModelScores = RegressionScores | ClassificationScores | AnomalyScores;

/** A model that is measured alone: a float one, or a `.tflite` file. */
export interface ModelEvaluation {
  readonly task: Task;
  readonly samples: number;
  /** Rows that were left out because something was missing in them. */
  readonly dropped: number;
  /** Rows or files that could not be read. */
  readonly skipped: number;
  readonly model: { readonly bytes: number };
  /** In the order of rows and columns of the confusion matrix. */
  readonly classes?: readonly string[];
  /** Of a model in another format than `.tflite`. */
  readonly float?: ModelScores;
  /** Of a `.tflite` file, computed as TensorFlow Lite Micro computes it. */
  readonly converted?: ModelScores & { readonly type: string };
}

/** The same of one output, by its name. */
export interface OutputEvaluation extends ModelEvaluation {
  readonly output: string;
}

/** A model as it was read. */
export interface MeasuredModel {
  readonly graph: Graph;
  readonly bytes: number;
  /** What a `.tflite` file computes in; absent for files of other formats. */
  readonly type?: string;
}

function widthOf(outputs: FloatArray): number {
  return outputs.data.length / outputs.shape[0];
}

/** Whether all of them may be probabilities, for all that rounding does. */
function areProbabilities({ data }: FloatArray): boolean {
  return data.every((value) => value >= -1e-3 && value <= 1 + 1e-3);
}

/** As the outputs should be: one for yes or no, else one for each class. */
export function classTargets(
  { classes, actual }: Labels & { task: 'classification' },
  width: number,
): FloatArray {
  if (Math.max(2, width) !== classes.length) {
    throw inputError(
      'class-count',
      `The data have ${counted(classes.length, 'class', 'classes')}, and the model decides between ${Math.max(2, width)}`,
      'Give the model that was trained on these classes.',
    );
  }
  const data = new Float32Array(actual.length * width);
  for (const [sample, place] of actual.entries()) {
    if (width === 1) data[sample] = place;
    else data[sample * width + place] = 1;
  }
  return { shape: [actual.length, width], data };
}

/** Throws `target-count` (usage) for more or fewer targets than outputs. */
export function requireTargets({ targets }: Labels & { task: 'regression' }, width: number): void {
  if (targets.shape[1] === width) return;
  throw usageError(
    'target-count',
    `The model has ${counted(width, 'output')}, and the samples ${counted(targets.shape[1], 'target')}`,
    'Name one column for each output, in their order: --target a --target b. One class of many is --task classification.',
  );
}

function classificationScores(
  outputs: FloatArray,
  labels: Labels & { task: 'classification' },
  { report }: WorkContext,
): ClassificationScores {
  const width = widthOf(outputs);
  const scores = scoreDecisions(outputs, classTargets(labels, width));
  if (areProbabilities(outputs)) return scores;
  if (width === 1) {
    throw usageError(
      'no-probabilities',
      'The output of the model leaves 0 … 1, so that it is no probability that could decide between two classes',
      'If it is a number to be predicted, say --task regression.',
    );
  }
  report?.warn(
    "The model's outputs leave 0 … 1: they decide, but are no probabilities, so AUC, average precision, log loss and calibration are left out.",
  );
  const { accuracy, balancedAccuracy, f1, confusion, classes } = scores;
  return { accuracy, balancedAccuracy, f1, confusion, classes } as ClassificationScores;
}

function requireReconstruction(inputs: FloatArray, outputs: FloatArray): void {
  if (inputs.data.length === outputs.data.length) return;
  throw inputError(
    'no-autoencoder',
    `The model has ${counted(widthOf(outputs), 'output')} for ${counted(widthOf(inputs), 'input')}, and anomalies are told by what it reconstructs`,
    'Give an autoencoder.',
  );
}

async function detectionScores(
  graph: Graph,
  inputs: FloatArray,
  outputs: FloatArray,
  { normal, isAnomaly }: Labels & { task: 'anomaly' },
  context: WorkContext,
): Promise<AnomalyScores> {
  requireReconstruction(inputs, outputs);
  const rebuilt = await predictAll(graph, arrayRecords(normal), context);
  const usual = reconstructionErrors(normal.data, rebuilt.data, normal.shape[0]);
  const errors = reconstructionErrors(inputs.data, outputs.data, inputs.shape[0]);
  return anomalyScores(errors, isAnomaly, quantileOf(usual, ANOMALY_QUANTILE));
}

/** Scores of what overflowed would be no numbers. */
function requireFinite({ shape, data }: FloatArray): void {
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return;
  throw inputError(
    'not-finite',
    `The model's output for sample ${Math.floor((wrong * shape[0]) / data.length) + 1} is infinite or no number`,
    'Look at the units and the normalization of the samples.',
  );
}

/** Says how many inputs are cut off: samples that are not prepared as the model's were. */
async function predictWatched(graph: Graph, x: RecordSource, context: WorkContext): Promise<FloatArray> {
  const { report = silentReporter } = context;
  const outputs = await warningOfSaturation(graph, x, report, (watched) =>
    predictAll(graph, watched, context),
  );
  requireFinite(outputs);
  return outputs;
}

async function scoresOf(
  graph: Graph,
  { x, labels }: ModelSamples,
  context: WorkContext,
): Promise<ModelScores> {
  const outputs = await predictWatched(graph, x, context);
  switch (labels.task) {
    case 'regression':
      requireTargets(labels, widthOf(outputs));
      return regressionScores(outputs.data, labels.targets.data);
    case 'classification':
      return classificationScores(outputs, labels, context);
    case 'anomaly':
      return detectionScores(graph, readAllRecords(x, 'the samples'), outputs, labels, context);
  }
}

/** A model of any format alone. Errors say where it does not fit the samples. */
export async function scoreModel(
  { graph, bytes, type }: MeasuredModel,
  samples: ModelSamples,
  context: WorkContext,
): Promise<ModelEvaluation> {
  const { x, labels, dropped, skipped } = samples;
  const scores = await scoresOf(graph, samples, context);
  return {
    task: labels.task,
    samples: x.count,
    dropped,
    skipped,
    model: { bytes },
    ...(labels.task === 'classification' ? { classes: labels.classes } : {}),
    ...(type === undefined ? { float: scores } : { converted: { type, ...scores } }),
  };
}

async function compare(
  graphs: { readonly float: Graph; readonly converted: Graph },
  outputs: Outputs,
  { x, labels }: ModelSamples,
  context: WorkContext,
): Promise<Evaluation> {
  switch (labels.task) {
    case 'regression':
      return evaluateRegression(outputs, labels.targets, undefined);
    case 'classification':
      return evaluateClassification(outputs, classTargets(labels, widthOf(outputs.float)), labels.classes);
    case 'anomaly': {
      const test = readAllRecords(x, 'the samples');
      const { isAnomaly, normal } = labels;
      return evaluateReconstruction(graphs, outputs, { test, isAnomaly, validation: normal }, context);
    }
  }
}

/** A float model and what it was converted to, side by side. */
export async function scoreBoth(
  float: Graph,
  { graph, bytes, type = 'float' }: MeasuredModel,
  samples: ModelSamples,
  context: WorkContext,
): Promise<Evaluation & Pick<ModelSamples, 'dropped' | 'skipped'>> {
  const outputs = {
    float: await predictWatched(float, samples.x, context),
    converted: await predictWatched(graph, samples.x, context),
    type,
    bytes,
  };
  const { dropped, skipped } = samples;
  return { ...(await compare({ float, converted: graph }, outputs, samples, context)), dropped, skipped };
}
