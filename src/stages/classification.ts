/** Classifiers: which models are ones, what they decide, and how often that is right. */

import type { Artifact } from '../artifacts/store.ts';
import type { FloatArray } from '../data/records/float-array.ts';
import { outputActivation } from '../training/output-activation.ts';
import type { Recipe } from '../training/recipe.ts';
import { readFloatModel } from './float-graph.ts';

export interface ClassScores {
  /** Share of right decisions. */
  readonly accuracy: number;
  /** Samples by class, [actual][predicted]; absent where a sample may have several classes. */
  readonly confusion?: readonly (readonly number[])[];
}

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

/** Outputs for one decision, or for one sample of several classes. */
function width({ shape }: FloatArray): number {
  return shape.length === 1 ? 1 : shape[shape.length - 1];
}

/** Whether every sample has exactly one class: yes or no, or targets that add up to 1. */
function hasOneClass(targets: FloatArray): boolean {
  const size = width(targets);
  if (size === 1) return true;
  for (let row = 0; row < targets.data.length; row += size) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += targets.data[row + i];
    if (Math.abs(sum - 1) > 1e-3) return false;
  }
  return true;
}

/** The place of the largest of `size` values, the first of equal ones, as sketches decide. */
function largestPlace(data: Float32Array, start: number, size: number): number {
  let place = 0;
  for (let i = 1; i < size; i++) if (data[start + i] > data[start + place]) place = i;
  return place;
}

/** The class of every sample; without one class each, yes (1) or no (0) for every output: above 0.5 or not. */
function decisions(array: FloatArray, oneClass: boolean): Uint32Array {
  const size = width(array);
  if (size === 1 || !oneClass) return Uint32Array.from(array.data, (value) => (value > 0.5 ? 1 : 0));
  return Uint32Array.from({ length: array.data.length / size }, (_, row) =>
    largestPlace(array.data, row * size, size),
  );
}

function shareOfEqual(a: Uint32Array, b: Uint32Array): number {
  let equal = 0;
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) equal++;
  return equal / a.length;
}

/** Both arrays have the outputs along their last axis. */
export function classScores(predictions: FloatArray, targets: FloatArray): ClassScores {
  const oneClass = hasOneClass(targets);
  const predicted = decisions(predictions, oneClass);
  const actual = decisions(targets, oneClass);
  const accuracy = shareOfEqual(predicted, actual);
  if (!oneClass) return { accuracy };
  const classes = classCount(targets);
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < actual.length; i++) confusion[actual[i]][predicted[i]]++;
  return { accuracy, confusion };
}

/** Share of decisions that are the same for both predictions. */
export function agreement(a: FloatArray, b: FloatArray, targets: FloatArray): number {
  const oneClass = hasOneClass(targets);
  return shareOfEqual(decisions(a, oneClass), decisions(b, oneClass));
}

/** One output decides between two classes. */
export function classCount(targets: FloatArray): number {
  return Math.max(2, width(targets));
}
