/** What the stage `evaluate` measured. */

import type { Artifact } from '../../artifacts/store.ts';
import type { FloatArray } from '../../data/records/float-array.ts';
import type { Evaluation } from '../../models/score/evaluation.ts';
import { readFiniteArray } from '../dataset-reader.ts';
import { readEvaluation } from '../stage-reports.ts';

/** The figures, and what both models gave for every test sample. */
export interface Measured {
  readonly evaluation: Evaluation;
  readonly float: FloatArray;
  readonly converted: FloatArray;
}

export function readMeasured(evaluate: Artifact): Measured {
  const read = (path: string): FloatArray => readFiniteArray(evaluate.read(path), path);
  return {
    evaluation: readEvaluation(evaluate),
    float: read('predictions_float.npy'),
    converted: read('predictions_converted.npy'),
  };
}
