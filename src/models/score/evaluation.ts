/** What two forms of one model, the float one and the converted one, make of the same test samples. */

import type { FloatArray } from '../../data/records/float-array.ts';
import { type AnomalyScores, anomalyScores } from './anomaly-scores.ts';
import { type ClassScores, classScores, decide, type Probabilities } from './class-scores.ts';
import { type RegressionScores, regressionScores } from './regression-scores.ts';
import { sqnr } from './sqnr.ts';

/** Where a sample may have several classes, decisions are all that is measured. */
export type ClassificationScores = Pick<ClassScores, 'accuracy'> & Partial<ClassScores>;

interface EvaluationOf<Scores> {
  readonly samples: number;
  readonly model: { readonly bytes: number };
  readonly float: Scores;
  /** The `.tflite` file, computed as TensorFlow Lite Micro computes it. */
  readonly converted: Scores & { readonly type: string };
  /** Signal to noise of the converted model's outputs against the float model's, in dB; absent where they are equal. */
  readonly sqnrDb?: number;
}

/** A model judged by its distances. `mseAgainstTruth`: from the noiseless function, where the dataset knows it. */
export interface Regression extends EvaluationOf<RegressionScores & { readonly mseAgainstTruth?: number }> {
  readonly task: 'regression';
}

/** What one sample is, and what either form takes it for: places of classes. */
export interface Disagreement {
  readonly sample: number;
  readonly actual: number;
  readonly float: number;
  readonly converted: number;
}

interface Decisions {
  /** Share of the decisions that both make alike. */
  readonly agreement: number;
  /** The first samples on which they decide otherwise. */
  readonly disagreements: readonly Disagreement[];
}

/** A model judged by its decisions. */
export interface Classification extends EvaluationOf<ClassificationScores>, Decisions {
  readonly task: 'classification';
  /** Names in the order of rows and columns of the confusion matrices. */
  readonly classes: readonly string[];
}

/** Rows and columns of its confusion matrices. */
export const ANOMALY_CLASSES = ['normal', 'anomaly'] as const;

/** An autoencoder judged by what it cannot reconstruct; it decides between 0, normal, and 1, an anomaly. */
export interface Anomaly extends EvaluationOf<AnomalyScores>, Decisions {
  readonly task: 'anomaly';
  /** The share of the normal validation samples that lie below the threshold. */
  readonly quantile: number;
}

/** What was measured, by the kind of task. */
export type Evaluation = Regression | Classification | Anomaly;

/** What was measured of one output among several, by its name. */
export type NamedEvaluation = (Regression | Classification) & { readonly output: string };

/** What was measured of a model with several outputs. */
export interface SeveralEvaluations {
  readonly task?: undefined;
  /** In the order of the model's outputs. */
  readonly outputs: readonly NamedEvaluation[];
}

/** Of one output, or of several. */
export type AnyEvaluation = Evaluation | SeveralEvaluations;

/** One for each output; of a model with one without a name. */
export function evaluationsOf(scores: AnyEvaluation): readonly (Evaluation & { readonly output?: string })[] {
  return 'outputs' in scores ? scores.outputs : [scores];
}

/** Outputs of both forms for the same samples. */
export interface Outputs {
  readonly float: FloatArray;
  readonly converted: FloatArray;
  /** What the converted model computes in. */
  readonly type: string;
  /** Bytes of the converted model. */
  readonly bytes: number;
}

function noiseOf({ converted, float }: Outputs): { readonly sqnrDb?: number } {
  const sqnrDb = sqnr(converted.data, float.data);
  return Number.isFinite(sqnrDb) ? { sqnrDb } : {};
}

/** `truth`: the targets without noise. */
export function evaluateRegression(
  outputs: Outputs,
  targets: FloatArray,
  truth: FloatArray | undefined,
): Regression {
  const scores = ({ data }: FloatArray) => ({
    ...regressionScores(data, targets.data),
    ...(truth === undefined ? {} : { mseAgainstTruth: regressionScores(data, truth.data).mse }),
  });
  return {
    task: 'regression',
    samples: targets.shape[0],
    model: { bytes: outputs.bytes },
    float: scores(outputs.float),
    converted: { type: outputs.type, ...scores(outputs.converted) },
    ...noiseOf(outputs),
  };
}

/** Outputs for one decision, or for one sample of several classes. */
export function widthOf({ shape }: FloatArray): number {
  return shape.length === 1 ? 1 : shape[shape.length - 1];
}

/** One output decides between two classes. */
export function classCount(targets: FloatArray): number {
  return Math.max(2, widthOf(targets));
}

/** The class of every sample, or undefined where one may have several, or none: targets that do not add up to 1. */
export function actualClasses(targets: FloatArray): Int32Array | undefined {
  const width = widthOf(targets);
  if (width === 1) return Int32Array.from(targets.data, (target) => (target > 0.5 ? 1 : 0));
  const { data } = targets;
  const classes = new Int32Array(data.length / width);
  for (let sample = 0; sample < classes.length; sample++) {
    const row = data.subarray(sample * width, (sample + 1) * width);
    const sum = row.reduce((all, target) => all + target, 0);
    if (Math.abs(sum - 1) > 1e-3) return undefined;
    classes[sample] = row.indexOf(Math.max(...row));
  }
  return classes;
}

function shareOfEqual(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let equal = 0;
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) equal++;
  return equal / a.length;
}

/** Of outputs that lie along the last axis, as the targets do. */
export const probabilitiesOf = (outputs: FloatArray, targets: FloatArray): Probabilities => ({
  data: outputs.data,
  width: widthOf(targets),
  classes: classCount(targets),
});

/** Yes (1) or no (0) for every output: above 0.5 or not. */
const yesOrNo = ({ data }: FloatArray): Int32Array => Int32Array.from(data, (value) => (value > 0.5 ? 1 : 0));

/** What a model decides: a class for every sample, or yes or no for every output where a sample may have several. */
function decisionsOf(outputs: FloatArray, targets: FloatArray, actual: Int32Array | undefined): Int32Array {
  return actual === undefined ? yesOrNo(outputs) : decide(probabilitiesOf(outputs, targets), actual.length);
}

/** Outputs and targets lie along the last axis. */
export function scoreDecisions(outputs: FloatArray, targets: FloatArray): ClassificationScores {
  const actual = actualClasses(targets);
  return actual === undefined
    ? { accuracy: shareOfEqual(yesOrNo(outputs), yesOrNo(targets)) }
    : classScores(probabilitiesOf(outputs, targets), actual);
}

const LISTED = 20;

/** `actual` undefined: of samples with several classes none is listed. */
function compareDecisions(
  float: Int32Array,
  converted: Int32Array,
  actual: Int32Array | undefined,
): Decisions {
  const disagreements: Disagreement[] = [];
  for (const [sample, own] of (actual ?? []).entries()) {
    if (float[sample] === converted[sample]) continue;
    disagreements.push({ sample, actual: own, float: float[sample], converted: converted[sample] });
    if (disagreements.length === LISTED) break;
  }
  return { agreement: shareOfEqual(float, converted), disagreements };
}

/** `names` undefined: the classes are called by their places. */
export function evaluateClassification(
  outputs: Outputs,
  targets: FloatArray,
  names: readonly string[] | undefined,
): Classification {
  const actual = actualClasses(targets);
  const [float, converted] = [outputs.float, outputs.converted].map((own) =>
    decisionsOf(own, targets, actual),
  );
  return {
    task: 'classification',
    samples: targets.shape[0],
    model: { bytes: outputs.bytes },
    classes: names ?? Array.from({ length: classCount(targets) }, (_, index) => String(index)),
    float: scoreDecisions(outputs.float, targets),
    converted: { type: outputs.type, ...scoreDecisions(outputs.converted, targets) },
    ...compareDecisions(float, converted, actual),
    ...noiseOf(outputs),
  };
}

/** Errors of reconstruction by both forms, and the threshold that each has from its own normal validation samples. */
export interface AnomalyErrors {
  readonly float: { readonly errors: Float64Array; readonly threshold: number };
  readonly converted: { readonly errors: Float64Array; readonly threshold: number };
  readonly quantile: number;
}

/** `isAnomaly[i]`: 1 or 0. */
export function evaluateAnomaly(outputs: Outputs, isAnomaly: Int32Array, errors: AnomalyErrors): Anomaly {
  const { float, converted, quantile } = errors;
  const decided = ({ errors: own, threshold }: AnomalyErrors['float']): Int32Array =>
    Int32Array.from(own, (error) => (error > threshold ? 1 : 0));
  return {
    task: 'anomaly',
    samples: isAnomaly.length,
    model: { bytes: outputs.bytes },
    quantile,
    float: anomalyScores(float.errors, isAnomaly, float.threshold),
    converted: { type: outputs.type, ...anomalyScores(converted.errors, isAnomaly, converted.threshold) },
    ...compareDecisions(decided(float), decided(converted), isAnomaly),
    ...noiseOf(outputs),
  };
}
