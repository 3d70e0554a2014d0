/** What is shown of evaluations and cross-validations. */

import { expect, it } from 'vitest';
import { evaluationTables } from '../../../src/cli/render/evaluation.ts';
import { withDeviation } from '../../../src/cli/render/folds.ts';
import { evaluateAnomaly, evaluateClassification } from '../../../src/models/score/evaluation.ts';

const column = (...values: number[]) => ({ shape: [values.length, 1], data: Float32Array.from(values) });

it.each([
  [97.0123, 2.64, '97.0 ± 2.6'],
  [0.99969, 0.00053, '0.9997 ± 0.0005'],
  [0.99969, 0.0000053, '0.999690 ± 0.000005'],
  [0.0127, 0.00512, '0.0127 ± 0.0051'],
  [12345.6, 678.9, '12346 ± 679'],
  [0.5, 0, '0.5 ± 0'],
  [0, 0.25, '0.0 ± 0.3'],
  [-1.5, 0.31, '-1.50 ± 0.31'],
])('%f and its deviation %f are %s', (mean, deviation, text) => {
  expect(withDeviation(mean, deviation)).toBe(text);
});

const FLOAT = [0.1, 0.6, 0.7, 0.9];
const CONVERTED = [0.1, 0.4, 0.3, 0.9];
const outputs = { float: column(...FLOAT), converted: column(...CONVERTED), type: 'int8', bytes: 1 };

it('a classifier shows precision and recall of its classes, and the samples that int8 decides otherwise', () => {
  const text = evaluationTables(evaluateClassification(outputs, column(0, 0, 1, 1), ['no', 'y\u001b[31m']));
  // float: one of two "no" is right and none is wrongly so; int8 takes samples 1 and 2 for "no".
  expect(text).toMatch(/^no +2 +100 +66\.67 +50 +100$/m);
  expect(text).toMatch(/^y.* +2 +66\.67 +100 +100 +50$/m);
  expect(text).toContain('2 of 4 are decided otherwise in int8:');
  expect(text).toContain('  sample 1, no: float y');
  expect(text).not.toContain('\u001b');
  expect(text).not.toContain('…');
});

it('many disagreements are counted, and five are named', () => {
  const [low, high] = [new Array<number>(40).fill(0.2), new Array<number>(40).fill(0.8)];
  const text = evaluationTables(
    evaluateClassification(
      { ...outputs, float: column(...low), converted: column(...high) },
      column(...low.map((_, index) => index % 2)),
      ['no', 'yes'],
    ),
  );
  expect(text).toContain('40 of 40 are decided otherwise');
  expect(text.match(/sample \d+,/g)).toHaveLength(5);
  expect(text).toMatch(/…$/);
});

it('an anomaly detector names what int8 decides otherwise', () => {
  const judged = (threshold: number) => ({ errors: Float64Array.of(1, 3, 2, 4), threshold });
  const errors = { float: judged(2.5), converted: judged(3), quantile: 0.99 };
  const text = evaluationTables(evaluateAnomaly(outputs, Int32Array.of(0, 0, 1, 1), errors));
  expect(text).toMatch(
    /1 of 4 is decided otherwise in int8:\n {2}sample 1, normal: float anomaly, int8 normal$/,
  );
});

it('of 13 classes there is no table by class, of 12 there is', () => {
  const evaluated = (classes: number) => {
    const data = Float32Array.from({ length: classes * classes }, (_, i) =>
      i % (classes + 1) === 0 ? 1 : 0,
    );
    const one = { shape: [classes, classes], data };
    return evaluationTables(
      evaluateClassification({ float: one, converted: one, type: 'int8', bytes: 1 }, one, undefined),
    );
  };
  expect(evaluated(12)).toMatch(/precision float[\s\S]*actual ↓/);
  expect(evaluated(13)).not.toMatch(/precision float|actual ↓/);
  expect(evaluated(13)).toMatch(/\n\n13 classes: .* "tinyml evaluate --json" .*\.$/);
});
