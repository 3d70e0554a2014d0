import { expect, test } from 'vitest';
import { checkClassification } from '../../src/training/check-classification.ts';
import { modelSpecSchema, toTopology } from '../../src/training/model-spec.ts';
import { outputActivation } from '../../src/training/output-activation.ts';
import { recipeSchema } from '../../src/training/recipe.ts';
import { rowsInMemory } from '../../src/training/samples/sample-rows.ts';
import type { TrainingJob } from '../../src/training/trainer.ts';

function jobOf(activation: string, units: number, recipe: object, targets: number[]): TrainingJob {
  const topology = toTopology(modelSpecSchema.parse({ layers: [{ type: 'Dense', units, activation }] }), [1]);
  const rows = targets.length / units;
  const samples = {
    x: rowsInMemory({ data: new Float32Array(rows), shape: [rows, 1] }),
    y: rowsInMemory({ data: Float32Array.from(targets), shape: [rows, units] }),
  };
  return {
    topology,
    initialWeights: [],
    recipe: recipeSchema.parse(recipe),
    seed: 1,
    train: samples,
    validation: samples,
  };
}

const categorical = { loss: 'categoricalCrossentropy' };
const binary = { loss: 'binaryCrossentropy' };

test('classifications and regressions that make sense pass', () => {
  checkClassification(jobOf('softmax', 2, categorical, [0, 1, 1, 0]));
  checkClassification(jobOf('sigmoid', 1, { ...binary, metrics: ['auc'] }, [0, 1]));
  checkClassification(jobOf('linear', 1, {}, [-3, 7]));
});

test.each([
  [jobOf('linear', 2, categorical, [0, 1]), 'the last layer has the activation "linear"'],
  [jobOf('sigmoid', 1, binary, [0, 3.5]), 'needs targets from 0 to 1, but the dataset has 3.5'],
  [jobOf('sigmoid', 1, binary, [0, -1]), 'needs targets from 0 to 1, but the dataset has -1'],
  [jobOf('softmax', 1, categorical, [0, 1]), 'one target for each class'],
  [jobOf('sigmoid', 1, { metrics: ['auc'] }, [0, 0]), 'all those of the validation samples are at most 0.5'],
  [jobOf('sigmoid', 1, { metrics: ['auc'] }, [1, 1]), 'all those of the validation samples are above 0.5'],
])('refusals %#', (job, message) => {
  expect(() => checkClassification(job)).toThrow(message);
});

test('the output activation is that of the last layer that computes', () => {
  const of = (layers: object[], shape: number[]): string =>
    outputActivation(toTopology(modelSpecSchema.parse({ layers }), shape));
  const dense = { type: 'Dense', units: 2 };
  expect(of([dense], [4])).toBe('linear');
  expect(of([dense, { type: 'Softmax' }], [4])).toBe('softmax');
  expect(of([{ ...dense, activation: 'sigmoid' }, { type: 'Flatten' }], [4, 2])).toBe('sigmoid');
  expect(of([{ ...dense, activation: 'sigmoid' }, { type: 'ReLU' }], [4])).toBe('linear');
  expect(of([{ type: 'Dropout', rate: 0.1 }], [4])).toBe('linear');
});

test('the output activation is found along branches', () => {
  const of = (...ending: object[]): string => {
    const layers = [
      { type: 'Dense', units: 4, activation: 'softmax', name: 'left' },
      { type: 'Dense', units: 4, activation: 'sigmoid', inputs: ['left'], name: 'right' },
      ...ending,
    ];
    return outputActivation(toTopology(modelSpecSchema.parse({ layers }), [4]));
  };
  const sum = { type: 'Add', inputs: ['left', 'right'] };
  expect(of(sum)).toBe('linear');
  expect(of(sum, { type: 'Dropout', rate: 0.5 }, { type: 'Activation', activation: 'sigmoid' })).toBe(
    'sigmoid',
  );
  expect(of(sum, { type: 'Dense', units: 3, activation: 'softmax' }, { type: 'Dropout', rate: 0.5 })).toBe(
    'softmax',
  );
});
