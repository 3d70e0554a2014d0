import { describe, expect, it, test } from 'vitest';
import type { FloatArray } from '../../../src/data/records/float-array.ts';
import {
  classCount,
  evaluateAnomaly,
  evaluateClassification,
  evaluateRegression,
  scoreDecisions,
} from '../../../src/models/score/evaluation.ts';

const array = (width: number, ...values: number[]): FloatArray => ({
  shape: [values.length / width, width],
  data: Float32Array.from(values),
});

describe('scoreDecisions', () => {
  it('counts classes by actual and predicted, the first of equal outputs wins', () => {
    const targets = array(3, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1);
    const predictions = array(3, 0.9, 0.1, 0, 0.4, 0.4, 0.2, 0, 0, 1, 0.2, 0.5, 0.3);
    expect(scoreDecisions(predictions, targets)).toMatchObject({
      accuracy: 0.5,
      balancedAccuracy: (1 + 0 + 0.5) / 3,
      f1: (2 / 3 + 0 + 2 / 3) / 3,
      confusion: [
        [1, 0, 0],
        [1, 0, 0],
        [0, 1, 1],
      ],
      classes: [
        { samples: 1, precision: 0.5, recall: 1, f1: 2 / 3 },
        { samples: 1, precision: 0, recall: 0, f1: 0 },
        { samples: 2, precision: 1, recall: 0.5, f1: 2 / 3 },
      ],
    });
    expect(classCount(targets)).toBe(3);
  });

  it('takes one output for a yes above one half', () => {
    const targets = array(1, 0, 0, 1, 1, 1);
    const predictions = array(1, 0.2, 0.6, 0.5, 0.51, 0.99);
    const scores = scoreDecisions(predictions, targets);
    expect(scores).toMatchObject({
      accuracy: 0.6,
      f1: 4 / 6,
      confusion: [
        [1, 1],
        [1, 2],
      ],
    });
    // Pairs of a negative and a positive: 0.2 below all three; 0.6 below 0.99 alone.
    expect(scores.auc).toBeCloseTo(4 / 6, 12);
    // Positives at ranks 1, 3 and 4 of 0.99, 0.6, 0.51, 0.5, 0.2.
    expect(scores.averagePrecision).toBeCloseTo((1 + 2 / 3 + 3 / 4) / 3, 12);
    const p = [0.8, 0.4, 0.5, 0.51, 0.99].map(Math.fround);
    expect(scores.logLoss).toBeCloseTo(-p.reduce((sum, own) => sum + Math.log(own), 0) / 5, 6);
    expect(classCount(targets)).toBe(2);
  });

  it('decides output by output where a sample may have several classes, without a confusion matrix', () => {
    const targets = array(2, 1, 1, 0, 0, 1, 0);
    const predictions = array(2, 0.9, 0.4, 0.1, 0.2, 0.8, 0.7);
    expect(scoreDecisions(predictions, targets)).toEqual({ accuracy: 4 / 6 });
  });

  it('counts decisions for every step along the last axis', () => {
    const targets: FloatArray = { shape: [1, 2, 2], data: Float32Array.of(1, 0, 0, 1) };
    const predictions: FloatArray = { shape: [1, 2, 2], data: Float32Array.of(0.7, 0.3, 0.6, 0.4) };
    expect(scoreDecisions(predictions, targets).confusion).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  it('has no AUC where there is one class only', () => {
    const scores = scoreDecisions(array(1, 0.2, 0.7), array(1, 0, 0));
    expect(scores.auc).toBeUndefined();
    expect(scores).toMatchObject({ accuracy: 0.5, balancedAccuracy: 0.5, f1: 0 });
  });
});

test('classifications name the samples on which float and int8 disagree', () => {
  const targets = array(2, 1, 0, 0, 1, 1, 0);
  const float = array(2, 0.9, 0.1, 0.2, 0.8, 0.6, 0.4);
  const converted = array(2, 0.9, 0.1, 0.2, 0.8, 0.4, 0.6);
  const evaluation = evaluateClassification({ float, converted, type: 'int8', bytes: 9 }, targets, [
    'a',
    'b',
  ]);
  expect(evaluation).toMatchObject({
    classes: ['a', 'b'],
    agreement: 2 / 3,
    disagreements: [{ sample: 2, actual: 0, float: 0, converted: 1 }],
    float: { accuracy: 1 },
    converted: { type: 'int8', accuracy: 2 / 3 },
  });
});

test('regressions have errors in the units of the target', () => {
  const outputs = { float: array(1, 2, 2, 1, 7), converted: array(1, 2, 2, 1, 7), type: 'int8', bytes: 9 };
  // Errors 1, 0, −2, 1; the mean of the targets is 3, from which they are 2, 1, 0 and 3 away.
  const scores = { mse: 1.5, mae: 1, rmse: Math.sqrt(1.5), maxError: 2, r2: 1 - 6 / 14 };
  expect(evaluateRegression(outputs, array(1, 1, 2, 3, 6), undefined)).toEqual({
    task: 'regression',
    samples: 4,
    model: { bytes: 9 },
    float: scores,
    converted: { type: 'int8', ...scores },
  });
  expect(evaluateRegression(outputs, array(1, 5, 5, 5, 5), undefined).float.r2).toBeUndefined();
});

test('anomalies are what lies above the threshold', () => {
  const judged = { errors: Float64Array.of(0.1, 0.5, 0.4, 0.9), threshold: 0.45 };
  const outputs = { float: array(1, 0, 0, 0, 0), converted: array(1, 0, 0, 0, 1), type: 'int8', bytes: 9 };
  const { converted } = evaluateAnomaly(outputs, Int32Array.of(0, 0, 1, 1), {
    float: judged,
    converted: judged,
    quantile: 0.99,
  });
  expect(converted).toMatchObject({
    confusion: [
      [1, 1],
      [1, 1],
    ],
    auc: 0.75,
    f1: 0.5,
    falseAlarms: 0.5,
    misses: 0.5,
  });
});
