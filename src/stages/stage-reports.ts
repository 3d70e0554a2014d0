/** What stages wrote about their work, read back from their artifacts to be shown. */

import type { Artifact } from '../artifacts/store.ts';
import type { CompressionTable } from '../models/compress/compress-model.ts';
import type { MethodGains } from '../models/quantize/method-gains.ts';
import type { AnyEvaluation } from '../models/score/evaluation.ts';
import { STEPS_FILE } from './compress/compress.ts';
import { readFiniteArray } from './dataset-reader.ts';
import type { TensorReport } from './quantization-report.ts';

/** The test split, and what the converted model makes of it: one number each. */
export interface Predictions {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly predicted: Float32Array;
  /** What the converted model computes in. */
  readonly type: string;
}

/** What the stage `quantize` found. */
export function readQuantization(artifact: Artifact): readonly TensorReport[] {
  return (JSON.parse(artifact.readText('report.json')) as { tensors: TensorReport[] }).tensors;
}

/** What the stage `compress` measured: before its methods, and after each. */
export function readCompression(artifact: Artifact): CompressionTable {
  return JSON.parse(artifact.readText(STEPS_FILE)) as CompressionTable;
}

/** What each of its methods gained; undefined where that was not measured. */
export function readMethodGains(artifact: Artifact): MethodGains | undefined {
  return (JSON.parse(artifact.readText('report.json')) as { gains?: MethodGains }).gains;
}

/** What the stage `evaluate` measured. */
export function readEvaluation(artifact: Artifact): AnyEvaluation {
  return JSON.parse(artifact.readText('evaluation.json')) as AnyEvaluation;
}

/** Of models of one input and one output; undefined for others, and for classifiers. */
export function readPredictions(
  dataset: Artifact,
  evaluation: Artifact,
  scores: AnyEvaluation,
): Predictions | undefined {
  if ('outputs' in scores || scores.task !== 'regression') return undefined;
  const read = (artifact: Artifact, path: string) => readFiniteArray(artifact.read(path), path);
  const x = read(dataset, 'x_test.npy');
  const y = read(dataset, 'y_test.npy');
  if (x.data.length !== x.shape[0] || y.data.length !== y.shape[0]) return undefined;
  const predicted = read(evaluation, 'predictions_converted.npy').data;
  return { x: x.data, y: y.data, predicted, type: scores.converted.type };
}
