/** What a project's network is to do: as its data say, or as it was trained. */

import type { Artifact } from '../artifacts/store.ts';
import type { FloatArray } from '../data/records/float-array.ts';
import type { Task } from '../models/score/tasks.ts';
import { outputActivation } from '../training/output-activation.ts';
import type { Recipe } from '../training/recipe.ts';
import { readDescription } from './dataset-reader.ts';
import { readFloatModel } from './float-graph.ts';

/** Trained on a cross-entropy, or ending in softmax or sigmoid with nothing but 0 and 1 to learn. */
export function isClassifier(train: Artifact, { data }: FloatArray): boolean {
  const { loss } = (train.manifest.options as unknown as { readonly recipe: Recipe }).recipe;
  if (loss === 'categoricalCrossentropy' || loss === 'binaryCrossentropy') return true;
  const activation = outputActivation(readFloatModel(train).topology);
  return (
    (activation === 'softmax' || activation === 'sigmoid') &&
    data.every((target) => target === 0 || target === 1)
  );
}

/** Of generated data, the way in which the model was trained decides. */
export function taskOf(dataset: Artifact, train: Artifact, targets: FloatArray): Task {
  return readDescription(dataset)?.task ?? (isClassifier(train, targets) ? 'classification' : 'regression');
}
