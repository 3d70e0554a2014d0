/** Stage `evaluate`: the test split through the float model and through the `.tflite` file, and the plots. Classifiers are measured by their decisions. */

import * as z from 'zod';
import type { Artifact } from '../artifacts/store.ts';
import { prettyJson } from '../core/json.ts';
import { denormalize, type Normalization } from '../data/normalization.ts';
import { type FloatArray, recordLength } from '../data/records/float-array.ts';
import { writeNpy } from '../data/records/npy.ts';
import { readAllRecords, recordLengthOf } from '../data/records/records.ts';
import { predictAll } from '../models/run/predict-records.ts';
import { readTflmModel } from '../models/tflm-model.ts';
import type { EpochRecord } from '../training/trainer.ts';
import { agreement, type ClassScores, classCount, classScores, isClassifier } from './classification.ts';
import { MODEL_FILE } from './convert.ts';
import { type OpenSamples, openSplit, readClasses, readNormalization, readTruth } from './dataset-reader.ts';
import { readFloatGraph } from './float-graph.ts';
import { meanAbsoluteError, meanSquaredError, rSquared, sqnr } from './metrics.ts';
import type { Stage } from './stage.ts';

/** How one model does on the test split. */
export interface ModelScores {
  readonly mse: number;
  readonly mae: number;
  readonly r2: number;
  /** Mean squared error against the noiseless function, where the dataset knows it. */
  readonly mseAgainstTruth?: number;
}

interface EvaluationOf<Scores> {
  readonly samples: number;
  readonly float: Scores;
  /** The `.tflite` file, computed as TensorFlow Lite Micro computes it. */
  readonly converted: Scores & { readonly type: string };
  /** Signal to noise of the converted model's outputs against the float model's, in dB; absent where they are equal. */
  readonly sqnrDb?: number;
}

/** A model judged by its distances. */
export interface Regression extends EvaluationOf<ModelScores> {
  readonly task: 'regression';
}

/** A model judged by its decisions. */
export interface Classification extends EvaluationOf<ClassScores> {
  readonly task: 'classification';
  /** Names in the order of rows and columns of the confusion matrices. */
  readonly classes: readonly string[];
  /** Share of the test samples on which both models decide alike. */
  readonly agreement: number;
}

/** What the stage measured, by the kind of task. */
export type Evaluation = Regression | Classification;

function scores(predictions: FloatArray, { y }: OpenSamples, truth: FloatArray | undefined): ModelScores {
  return {
    mse: meanSquaredError(predictions.data, y.data),
    mae: meanAbsoluteError(predictions.data, y.data),
    r2: rSquared(predictions.data, y.data),
    ...(truth === undefined ? {} : { mseAgainstTruth: meanSquaredError(predictions.data, truth.data) }),
  };
}

function flatMetrics(evaluation: Evaluation): Record<string, number | string> {
  const { samples, converted, sqnrDb } = evaluation;
  const own =
    evaluation.task === 'classification'
      ? {
          floatAccuracy: evaluation.float.accuracy,
          convertedType: converted.type,
          convertedAccuracy: evaluation.converted.accuracy,
          agreement: evaluation.agreement,
        }
      : {
          floatMse: evaluation.float.mse,
          floatMae: evaluation.float.mae,
          convertedType: converted.type,
          convertedMse: evaluation.converted.mse,
          convertedMae: evaluation.converted.mae,
        };
  return { samples, ...own, ...(sqnrDb === undefined ? {} : { sqnrDb }) };
}

interface Predictions {
  readonly test: OpenSamples;
  readonly truth: FloatArray | undefined;
  readonly float: FloatArray;
  readonly converted: FloatArray;
  readonly type: string;
  readonly normalization: Normalization | undefined;
}

function evaluateRegression({ test, truth, float, converted, type }: Predictions): Regression {
  return {
    task: 'regression',
    samples: test.x.count,
    float: scores(float, test, truth),
    converted: { type, ...scores(converted, test, truth) },
    ...noiseOf(converted, float),
  };
}

function evaluateClassifier(
  { test, float, converted, type }: Predictions,
  names: readonly string[] | undefined,
): Classification {
  return {
    task: 'classification',
    samples: test.x.count,
    classes: names ?? Array.from({ length: classCount(test.y) }, (_, index) => String(index)),
    float: classScores(float, test.y),
    converted: { type, ...classScores(converted, test.y) },
    agreement: agreement(float, converted, test.y),
    ...noiseOf(converted, float),
  };
}

function noiseOf(converted: FloatArray, float: FloatArray): { sqnrDb?: number } {
  const sqnrDb = sqnr(converted.data, float.data);
  return Number.isFinite(sqnrDb) ? { sqnrDb } : {};
}

/** One input: everything over x. More inputs: predicted against measured. */
async function predictionPlot({
  test,
  truth,
  float,
  converted,
  type,
  normalization,
}: Predictions): Promise<string> {
  const { predictionPlotSvg } = await import('../targets/plots/prediction-plot.ts');
  const oneInput = recordLengthOf(test.x) === 1 && recordLength(test.y) === 1;
  const common = { float: Array.from(float.data), int8: Array.from(converted.data) };
  const labels = { int8: type };
  if (!oneInput) return predictionPlotSvg({ x: Array.from(test.y.data), ...common, labels });
  const { data } = readAllRecords(test.x, 'x_test.npy');
  return predictionPlotSvg({
    x: Array.from(normalization === undefined ? data : denormalize(data, normalization)),
    measured: Array.from(test.y.data),
    ...(truth === undefined ? {} : { truth: Array.from(truth.data) }),
    ...common,
    labels,
  });
}

async function lossPlot(train: Artifact): Promise<string> {
  const { lossPlotSvg } = await import('../targets/plots/loss-plot.ts');
  const history = JSON.parse(train.readText('history.json')) as EpochRecord[];
  return lossPlotSvg(history, Number(train.manifest.metrics.bestEpoch));
}

export const evaluateStage: Stage<Record<string, never>, Record<string, never>> = {
  name: 'evaluate',
  kind: 'evaluation',
  summary: 'measure the accuracy',
  overrides: z.strictObject({}),
  options: () => ({}),
  consumes: () => [{ stage: 'dataset' }, { stage: 'train' }, { stage: 'convert' }],
  async run(context, _, input) {
    const test = openSplit(input('dataset'), 'test');
    try {
      const truth = readTruth(input('dataset'));
      const type = String(input('convert').manifest.metrics.type);
      const float = await predictAll(readFloatGraph(input('train')), test.x, context);
      context.report.info(`running the ${type} model on ${test.x.count} test samples`);
      const { graph } = readTflmModel(input('convert').read(MODEL_FILE));
      const converted = await predictAll(graph, test.x, context);

      const normalization = readNormalization(input('dataset'));
      const predictions = { test, truth, float, converted, type, normalization };
      const evaluation = isClassifier(input('train'), test.y)
        ? evaluateClassifier(predictions, readClasses(input('dataset')))
        : evaluateRegression(predictions);
      return {
        files: {
          'evaluation.json': prettyJson(evaluation),
          'predictions_float.npy': writeNpy('float32', float.shape, float.data),
          'predictions_converted.npy': writeNpy('float32', converted.shape, converted.data),
          ...(evaluation.task === 'regression'
            ? { 'predictions.svg': await predictionPlot(predictions) }
            : {}),
          'loss.svg': await lossPlot(input('train')),
        },
        metrics: flatMetrics(evaluation),
      };
    } finally {
      test.x.close();
    }
  },
};
