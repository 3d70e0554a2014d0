import { expect, test } from 'vitest';
import type { Artifact } from '../../src/artifacts/store.ts';
import type { FloatArray } from '../../src/data/records/float-array.ts';
import { agreement, classCount, classScores, isClassifier } from '../../src/stages/classification.ts';
import { modelSpecSchema, toTopology } from '../../src/training/model-spec.ts';

const array = (width: number, ...values: number[]): FloatArray => ({
  shape: [values.length / width, width],
  data: Float32Array.from(values),
});

test('classes are counted by actual and predicted, the first of equal outputs wins', () => {
  const targets = array(3, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1);
  const predictions = array(3, 0.9, 0.1, 0, 0.4, 0.4, 0.2, 0, 0, 1, 0.2, 0.5, 0.3);
  expect(classScores(predictions, targets)).toEqual({
    accuracy: 0.5,
    confusion: [
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 1],
    ],
  });
  expect(agreement(predictions, targets, targets)).toBe(0.5);
  expect(classCount(targets)).toBe(3);
});

test('one output is a yes above one half', () => {
  const targets = array(1, 0, 0, 1, 1, 1);
  const predictions = array(1, 0.2, 0.6, 0.5, 0.51, 0.99);
  expect(classScores(predictions, targets)).toEqual({
    accuracy: 0.6,
    confusion: [
      [1, 1],
      [1, 2],
    ],
  });
  expect(classCount(targets)).toBe(2);
});

test('samples of several classes are decided output by output, without a confusion matrix', () => {
  const targets = array(2, 1, 1, 0, 0, 1, 0);
  const predictions = array(2, 0.9, 0.4, 0.1, 0.2, 0.8, 0.7);
  expect(classScores(predictions, targets)).toEqual({ accuracy: 4 / 6 });
  expect(agreement(predictions, predictions, targets)).toBe(1);
});

test('decisions for every step are counted along the last axis', () => {
  const targets: FloatArray = { shape: [1, 2, 2], data: Float32Array.of(1, 0, 0, 1) };
  const predictions: FloatArray = { shape: [1, 2, 2], data: Float32Array.of(0.7, 0.3, 0.6, 0.4) };
  expect(classScores(predictions, targets).confusion).toEqual([
    [1, 0],
    [1, 0],
  ]);
});

function trained(loss: string, activation: string): Artifact {
  const spec = modelSpecSchema.parse({ layers: [{ type: 'Dense', units: 2, activation }] });
  const model = {
    modelTopology: { model_config: toTopology(spec, [3]) },
    weightsManifest: [],
  };
  return {
    manifest: { options: { recipe: { loss } } },
    readText: () => JSON.stringify(model),
  } as unknown as Artifact;
}

test.each([
  ['categoricalCrossentropy', 'softmax', [0.9, 0.1], true],
  ['mse', 'softmax', [0, 1], true],
  ['mse', 'sigmoid', [0, 1], true],
  ['mse', 'sigmoid', [0.3, 1], false],
  ['mse', 'linear', [0, 1], false],
])('%s, %s and targets %j: a classifier? %s', (loss, activation, targets, expected) => {
  expect(isClassifier(trained(loss, activation), array(1, ...targets))).toBe(expected);
});
