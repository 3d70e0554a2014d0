/** Scores of one model, against formulas of the test's own. */

import { describe, expect, it } from 'vitest';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { GraphBuilder } from '../../../src/ir/builder.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import type { Labels, ModelSamples } from '../../../src/stages/measure/model-samples.ts';
import { scoreModel } from '../../../src/stages/measure/score-model.ts';

/** x · factor, element by element. */
function scaling(width: number, factor: number): Graph {
  const builder = new GraphBuilder();
  const type = { dtype: 'float32', shape: [1, width] } as const;
  const x = builder.input('x', type);
  const by = builder.constant('by', { dtype: 'float32', shape: [1] }, Float32Array.of(factor));
  return builder.build([builder.add('mul', 'y', { activation: 'none' }, [x, by])]);
}

function samples(width: number, values: readonly number[], labels: Labels): ModelSamples {
  const data = Float32Array.from(values);
  return {
    x: arrayRecords({ shape: [data.length / width, width], data }),
    labels,
    dropped: 2,
    skipped: 1,
  };
}

const targets = (...values: number[]): Labels => ({
  task: 'regression',
  targets: { shape: [values.length, 1], data: Float32Array.from(values) },
});

const measure = (width: number, factor: number, given: ModelSamples, warnings: string[] = []) =>
  scoreModel({ graph: scaling(width, factor), bytes: 7 }, given, {
    report: { step() {}, progress() {}, info() {}, warn: (text) => warnings.push(text) },
  });

describe('scoreModel', () => {
  it('has the distances of a regression, and what was left out', async () => {
    // Outputs 2, 4, 6; errors 1, 0, 2 of targets whose mean is 3.
    const { float, ...rest } = await measure(1, 2, samples(1, [1, 2, 3], targets(1, 4, 4)));
    expect(float).toMatchObject({ mae: 1, mse: 5 / 3, rmse: Math.sqrt(5 / 3), maxError: 2, r2: 1 - 5 / 6 });
    expect(rest).toEqual({ task: 'regression', samples: 3, dropped: 2, skipped: 1, model: { bytes: 7 } });
  });

  const classes = ['a', 'b', 'c'];
  const labels: Labels = { task: 'classification', classes, actual: Int32Array.of(0, 1, 2, 2) };
  const chances = [0.7, 0.2, 0.1, 0.1, 0.5, 0.4, 0.2, 0.5, 0.3, 0, 0.1, 0.9];

  it('has everything that probabilities allow', async () => {
    const warnings: string[] = [];
    const { float } = await measure(3, 1, samples(3, chances, labels), warnings);
    expect(float).toMatchObject({
      accuracy: 0.75,
      balancedAccuracy: (1 + 1 + 0.5) / 3,
      confusion: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 1, 1],
      ],
    });
    const right = [0.7, 0.5, 0.3, 0.9].map(Math.fround);
    expect((float as { logLoss: number }).logLoss).toBeCloseTo(
      -right.reduce((sum, chance) => sum + Math.log(chance), 0) / 4,
      10,
    );
    expect(warnings).toEqual([]);
  });

  it('leaves out of other outputs what only probabilities have, and says so', async () => {
    const warnings: string[] = [];
    const { float } = await measure(3, 10, samples(3, chances, labels), warnings);
    expect(float).toMatchObject({ accuracy: 0.75 });
    expect(Object.keys(float as object).sort()).toEqual([
      ...['accuracy', 'balancedAccuracy', 'classes', 'confusion', 'f1'],
    ]);
    expect(warnings).toEqual([expect.stringContaining('are no probabilities')]);
  });

  it('takes the threshold of an autoencoder from normal samples alone', async () => {
    // A model that makes 0 of everything: the error of a sample is its mean square.
    const given = samples(2, [1, 1, 3, 3, 2, 2, 5, 5], {
      task: 'anomaly',
      isAnomaly: Int32Array.of(0, 0, 1, 1),
      normal: { shape: [2, 2], data: Float32Array.of(2, 2, 1, 1) },
    });
    const { float } = await measure(2, 0, given);
    expect(float).toMatchObject({
      threshold: 4,
      confusion: [
        [1, 1],
        [1, 1],
      ],
      auc: 0.75,
    });
  });

  it.each<[string, number, readonly number[], Labels, string]>([
    ['a number that overflows', 3e38, [1, 2], targets(1, 2), 'sample 2 is infinite or no number'],
    [
      'classes without probabilities',
      9,
      [0, 1],
      { task: 'classification', classes: ['a', 'b'], actual: Int32Array.of(0, 1) },
      'no probability',
    ],
    [
      'three classes for one output',
      1,
      [0, 1],
      { task: 'classification', classes, actual: Int32Array.of(0, 1) },
      'The data have 3 classes, and the model decides between 2',
    ],
    [
      'two targets for one output',
      1,
      [0, 1],
      { task: 'regression', targets: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) } },
      '1 output, and the samples 2 targets',
    ],
  ])('%s is a sentence', async (_, factor, values, own, sentence) => {
    await expect(measure(1, factor, samples(1, values, own))).rejects.toThrow(sentence);
  });
});
