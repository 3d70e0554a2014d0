/** What the stage `evaluate` measured. */

import type { Artifact } from '../../artifacts/store.ts';
import type { FloatArray } from '../../data/records/float-array.ts';
import { type Evaluation, evaluationsOf } from '../../models/score/evaluation.ts';
import { readFiniteArray } from '../dataset-reader.ts';
import { readEvaluation } from '../stage-reports.ts';
import { numbersOf, type ProjectOutput, readOutputs } from './project-outputs.ts';

/** The figures of an output, and what both models gave for every test sample. */
export interface Measured {
  /** Absent where the model has one. */
  readonly output?: ProjectOutput;
  readonly evaluation: Evaluation;
  readonly float: FloatArray;
  readonly converted: FloatArray;
}

/** Of each output; of several outputs the dataset says which numbers are whose. */
export function readMeasured(evaluate: Artifact, dataset: Artifact): readonly Measured[] {
  const read = (path: string): FloatArray => readFiniteArray(evaluate.read(path), path);
  const [float, converted] = [read('predictions_float.npy'), read('predictions_converted.npy')];
  const outputs = readOutputs(dataset);
  return evaluationsOf(readEvaluation(evaluate)).map((evaluation, index) => {
    const output = outputs?.[index];
    if (output === undefined) return { evaluation, float, converted };
    return { output, evaluation, float: numbersOf(output, float), converted: numbersOf(output, converted) };
  });
}
