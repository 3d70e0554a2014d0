import { expect, it } from 'vitest';
import {
  evaluateAnomaly,
  evaluateClassification,
  evaluateRegression,
} from '../../src/models/score/evaluation.ts';
import { qualityOf, shareDifference } from '../../src/stages/model-quality.ts';

it('the difference of two shares is the number that people write', () => {
  // Subtracted as they are, these are 0.10000000000000009 and 0.019999999999999962.
  expect(shareDifference(0.8, 0.7, 10)).toBe(0.1);
  expect(shareDifference(0.29, 0.27, 100)).toBe(0.02);
  expect(shareDifference(0.5, 0.75, 4)).toBe(-0.25);
});

const column = (...values: number[]) => ({ shape: [values.length, 1], data: Float32Array.from(values) });
const KNOWN = { value: 40 };

/** Of the evaluation's own converted model. */
const figuresOf = (evaluation: Parameters<typeof qualityOf>[0]) =>
  qualityOf(evaluation, evaluation.converted, KNOWN);

const outputs = (converted: ReturnType<typeof column>, float = converted) => ({
  float,
  converted,
  type: 'int8',
  bytes: 1,
});

it('MSE, MAE and R² are what their formulas say, and the rest is refused', () => {
  // Errors 1, 0, −2, 1; the mean is 3, from which the targets are 2, 1, 0 and 3 away.
  const figures = figuresOf(evaluateRegression(outputs(column(2, 2, 1, 7)), column(1, 2, 3, 6), undefined));
  expect(figures).toMatchObject({
    mse: { value: 6 / 4 },
    mae: { value: 1 },
    r2: { value: 1 - 6 / 14 },
    sqnr: KNOWN,
  });
  for (const name of [
    'accuracy',
    'accuracyDrop',
    'balancedAccuracy',
    'f1',
    'auc',
    'averagePrecision',
  ] as const) {
    expect(figures[name]).toEqual({ doubt: expect.stringContaining('is a regression, which has no') });
  }
});

it('there is no R² of targets that are all equal', () => {
  const { r2 } = figuresOf(evaluateRegression(outputs(column(1, 2)), column(3, 3), undefined));
  expect(r2).toEqual({ doubt: expect.stringContaining('all targets of the test split are equal') });
});

it('a classifier has shares of its decisions and rankings, and the drop from the float model', () => {
  const [float, converted] = [column(0.1, 0.6, 0.7, 0.9), column(0.4, 0.6, 0.3, 0.9)];
  const evaluation = evaluateClassification(outputs(converted, float), column(0, 0, 1, 1), ['no', 'yes']);
  expect(figuresOf(evaluation)).toMatchObject({
    accuracy: { value: 0.5 },
    accuracyDrop: { value: 0.25 },
    balancedAccuracy: { value: 0.5 },
    f1: { value: 0.5 },
    // 0.3 is below both negatives, 0.9 above both.
    auc: { value: 0.5 },
    averagePrecision: { value: (1 + 2 / 4) / 2 },
    mse: { doubt: expect.stringContaining('is a classification, which has no mean squared error') },
  });
});

it('there is no AUC of one class', () => {
  const { auc } = figuresOf(evaluateClassification(outputs(column(0.1, 0.2)), column(0, 0), ['no', 'yes']));
  expect(auc).toEqual({ doubt: expect.stringContaining('of which there is no AUC') });
});

it('an anomaly detector has its F1 and its rankings', () => {
  const judged = { errors: Float64Array.of(1, 3, 2, 4), threshold: 2.5 };
  const evaluation = evaluateAnomaly(outputs(column(0)), Int32Array.of(0, 0, 1, 1), {
    float: judged,
    converted: judged,
    quantile: 0.99,
  });
  expect(figuresOf(evaluation)).toMatchObject({
    f1: { value: 0.5 },
    auc: { value: 0.75 },
    averagePrecision: { value: (1 + 2 / 3) / 2 },
    accuracy: { doubt: expect.stringContaining('is an anomaly detector, which has no accuracy') },
  });
});
