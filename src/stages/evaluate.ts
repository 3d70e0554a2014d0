/** Stage `evaluate`: the test split through the float model and through the `.tflite` file, and the plots. */

import * as z from 'zod';
import type { Artifact } from '../artifacts/store.ts';
import { counted } from '../core/figure-text.ts';
import { prettyJson } from '../core/json.ts';
import { denormalize, type Normalization } from '../data/normalization.ts';
import { type FloatArray, recordLength } from '../data/records/float-array.ts';
import { writeNpy } from '../data/records/npy.ts';
import { readAllRecords, recordLengthOf } from '../data/records/records.ts';
import type { Graph } from '../ir/graph.ts';
import { predictJoined } from '../models/run/predict-records.ts';
import {
  type AnyEvaluation,
  type Evaluation,
  evaluateClassification,
  evaluateRegression,
  evaluationsOf,
  type NamedEvaluation,
  type Outputs,
} from '../models/score/evaluation.ts';
import { readTflmModel } from '../models/tflm-model.ts';
import type { EpochRecord } from '../training/trainer.ts';
import { MODEL_FILE } from './convert.ts';
import {
  type OpenSamples,
  openSplit,
  readClasses,
  readNormalization,
  readSplit,
  readTruth,
} from './dataset-reader.ts';
import { numbersOf, type ProjectOutput, readOutputs } from './ends/project-outputs.ts';
import { evaluateReconstruction } from './evaluate-anomaly.ts';
import { type FloatOrigin, floatOrigin, floatStage, readFloatGraph } from './float-graph.ts';
import type { Stage, StageContext } from './stage.ts';
import { taskOf } from './task.ts';

type Metrics = Record<string, number | string>;

/** What the manifest says of it: the figures that are compared from version to version. */
function flatMetrics(scores: AnyEvaluation): Metrics {
  const all = evaluationsOf(scores).map((evaluation) => {
    const { samples, converted } = evaluation;
    const metrics = Object.entries(ownMetrics(evaluation));
    const { output } = evaluation;
    const named = metrics.map(([name, value]) => [output === undefined ? name : `${output}.${name}`, value]);
    return { samples, convertedType: converted.type, ...Object.fromEntries(named) };
  });
  return Object.assign({}, ...all) as Metrics;
}

function ownMetrics(evaluation: Evaluation): Metrics {
  const { sqnrDb } = evaluation;
  const common = sqnrDb === undefined ? {} : { sqnrDb };
  switch (evaluation.task) {
    case 'classification':
      return {
        ...common,
        floatAccuracy: evaluation.float.accuracy,
        convertedAccuracy: evaluation.converted.accuracy,
        agreement: evaluation.agreement,
      };
    case 'anomaly':
      return {
        ...common,
        ...(evaluation.float.auc === undefined ? {} : { floatAuc: evaluation.float.auc }),
        ...(evaluation.converted.auc === undefined ? {} : { convertedAuc: evaluation.converted.auc }),
      };
    case 'regression':
      return {
        ...common,
        floatMse: evaluation.float.mse,
        floatMae: evaluation.float.mae,
        convertedMse: evaluation.converted.mse,
        convertedMae: evaluation.converted.mae,
      };
  }
}

interface Plotted extends Outputs {
  readonly test: OpenSamples;
  readonly truth: FloatArray | undefined;
  readonly normalization: Normalization | undefined;
}

/** One input: everything over x. More inputs: predicted against measured. */
async function predictionPlot({
  test,
  truth,
  float,
  converted,
  type,
  normalization,
}: Plotted): Promise<string> {
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

type Input = (stage: 'dataset' | 'train' | 'compress' | 'convert') => Artifact;

function evaluateOne(
  { name, task, classes, ...place }: ProjectOutput,
  { float, converted, ...model }: Outputs,
  test: OpenSamples,
): NamedEvaluation {
  const own = (all: FloatArray): FloatArray => numbersOf(place, all);
  const outputs = { ...model, float: own(float), converted: own(converted) };
  const evaluation =
    task === 'classification'
      ? evaluateClassification(outputs, own(test.y), classes)
      : evaluateRegression(outputs, own(test.y), undefined);
  return { output: name, ...evaluation };
}

async function evaluateOutputs(
  context: StageContext,
  input: Input,
  graphs: { readonly float: Graph; readonly converted: Graph },
  outputs: Outputs,
  test: OpenSamples,
): Promise<AnyEvaluation> {
  const dataset = input('dataset');
  const several = readOutputs(dataset);
  if (several !== undefined) return { outputs: several.map((output) => evaluateOne(output, outputs, test)) };
  switch (taskOf(dataset, input('train'), test.y)) {
    case 'classification':
      return evaluateClassification(outputs, test.y, readClasses(dataset));
    case 'regression':
      return evaluateRegression(outputs, test.y, readTruth(dataset));
    case 'anomaly': {
      const samples = {
        test: readAllRecords(test.x, 'x_test.npy'),
        isAnomaly: Int32Array.from(test.y.data),
        validation: readSplit(dataset, 'validation').x,
      };
      return evaluateReconstruction(graphs, outputs, samples, context);
    }
  }
}

export const evaluateStage: Stage<FloatOrigin, Record<string, never>> = {
  name: 'evaluate',
  kind: 'evaluation',
  summary: 'measure the accuracy',
  overrides: z.strictObject({}),
  options: (project) => floatOrigin(project),
  consumes: (origin) => [
    { stage: 'dataset' },
    { stage: 'train' },
    { stage: floatStage(origin) },
    { stage: 'convert' },
  ],
  async run(context, origin, input) {
    const test = openSplit(input('dataset'), 'test');
    try {
      const type = String(input('convert').manifest.metrics.type);
      const model = input('convert').read(MODEL_FILE);
      const graphs = {
        float: readFloatGraph(input(floatStage(origin))),
        converted: readTflmModel(model).graph,
      };
      const float = await predictJoined(graphs.float, test.x, context);
      context.report.info(`running the ${type} model on ${counted(test.x.count, 'test sample')}`);
      const outputs = {
        float,
        converted: await predictJoined(graphs.converted, test.x, context),
        type,
        bytes: model.length,
      };
      const evaluation = await evaluateOutputs(context, input, graphs, outputs, test);
      const plotted = {
        ...outputs,
        test,
        truth: readTruth(input('dataset')),
        normalization: readNormalization(input('dataset')),
      };
      return {
        files: {
          'evaluation.json': prettyJson(evaluation),
          'predictions_float.npy': writeNpy('float32', float.shape, float.data),
          'predictions_converted.npy': writeNpy('float32', outputs.converted.shape, outputs.converted.data),
          ...('task' in evaluation && evaluation.task === 'regression'
            ? { 'predictions.svg': await predictionPlot(plotted) }
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
