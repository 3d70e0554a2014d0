import { expect, it } from 'vitest';
import { evaluateClassification, evaluateRegression } from '../../../src/models/score/evaluation.ts';
import { summarizeFolds } from '../../../src/models/score/fold-scores.ts';

const column = (...values: number[]) => ({ shape: [values.length, 1], data: Float32Array.from(values) });

const outputs = (float: readonly number[], converted: readonly number[]) => ({
  float: column(...float),
  converted: column(...converted),
  type: 'int8',
  bytes: 1,
});

it('mean and deviation of every score are those of the folds, by another formula', () => {
  const folds = [
    evaluateRegression(outputs([1, 2], [1.5, 2]), column(0, 4), undefined),
    evaluateRegression(outputs([3, 5, 8], [3, 5, 7]), column(4, 4, 9), undefined),
    evaluateRegression(outputs([0, 1], [0.25, 1]), column(0, 6), undefined),
  ];
  const { mean, deviation } = summarizeFolds(folds);
  for (const form of ['float', 'converted'] as const) {
    for (const name of ['mse', 'mae', 'rmse', 'r2', 'maxError'] as const) {
      const values = folds.map((fold) => fold[form][name] as number);
      expect(mean[form][name]).toBeCloseTo((values[0] + values[1] + values[2]) / 3, 12);
      // The variance is half the mean squared difference of two folds.
      const pairs = [values[0] - values[1], values[0] - values[2], values[1] - values[2]];
      const variance = pairs.reduce((sum, difference) => sum + difference ** 2, 0) / 6;
      expect(deviation[form][name]).toBeCloseTo(Math.sqrt(variance), 12);
    }
  }
  expect(mean.converted.type).toBeUndefined();
});

it('a score that one fold does not have has no mean', () => {
  const names = ['no', 'yes'];
  const folds = [
    evaluateClassification(outputs([0.1, 0.9], [0.1, 0.9]), column(0, 1), names),
    evaluateClassification(outputs([0.1, 0.9], [0.1, 0.9]), column(0, 0), names),
  ];
  const { mean, deviation } = summarizeFolds(folds);
  expect(Object.keys(mean.float)).toEqual(expect.arrayContaining(['accuracy', 'f1', 'logLoss']));
  expect([mean.float.auc, deviation.float.auc]).toEqual([undefined, undefined]);
  expect([mean.float.accuracy, deviation.float.accuracy]).toEqual([0.75, Math.sqrt(0.125)]);
});
