/** One side of a comparison: the file as TFLM's allocator sees it, and its graph where tinyml computes it. */

import { attempt } from '../../core/errors.ts';
import type { TfliteModel } from '../../formats/tflite/read.ts';
import { type ModelFile, readOutline } from '../../formats/tflite/read-outline.ts';
import { readTflmModel } from '../tflm-model.ts';

/** One side of a comparison. */
export interface ModelFacts {
  readonly bytes: Uint8Array;
  readonly file: ModelFile;
  /** Absent where tinyml does not compute the model. */
  readonly model?: TfliteModel;
  /** Why there is no model, as the end of a sentence. */
  readonly refusal?: string;
}

/** Which node of the graph an operator of the main subgraph is; undefined where it is none, or there is no graph. */
export function nodeIndex({ model }: ModelFacts, operator: number | undefined): number | undefined {
  const index = operator === undefined ? undefined : model?.container.nodeOperators.indexOf(operator);
  return index === -1 ? undefined : index;
}

/** Throws input errors for damaged files only. */
export function readModelFacts(bytes: Uint8Array): ModelFacts {
  const file = readOutline(bytes);
  const read = attempt(() => readTflmModel(bytes));
  return 'refusal' in read ? { bytes, file, ...read } : { bytes, file, model: read.value };
}
