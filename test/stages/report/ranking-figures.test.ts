/** Curves of four samples, whose every point is known: two positives, at the first and the third place. */

import { expect, it } from 'vitest';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { evaluateClassification } from '../../../src/models/score/evaluation.ts';
import { rankingFigures } from '../../../src/stages/report/ranking-figures.ts';
import type { TestSamples } from '../../../src/stages/report/test-samples.ts';

const column = (values: readonly number[]) => ({
  shape: [values.length, 1],
  data: Float32Array.from(values),
});

const y = column([1, 0, 1, 0]);
const float = column([0.875, 0.75, 0.625, 0.125]);
/** The second and the third are one step. */
const converted = column([0.875, 0.625, 0.625, 0.125]);

const test: TestSamples = {
  x: arrayRecords({ shape: [4, 1], data: new Float32Array(4) }),
  y,
  kind: 'numbers',
  views: [],
  classes: ['no', 'yes'],
  actual: Int32Array.from([1, 0, 1, 0]),
};

/** Points of the curves of a drawing as shares of both axes, which lie in 76 … 696 and 386 … 66. */
function curvesOf(svg: string): number[][][] {
  return [...svg.matchAll(/<path d="([^"]*)"/g)].map(([, path]) =>
    path
      .slice(1)
      .split('L')
      .map((point) => point.split(',').map(Number))
      .map(([px, py]) => [(px - 76) / 620, (386 - py) / 320].map((share) => Number(share.toFixed(3)))),
  );
}

function figures() {
  const outputs = { float, converted, type: 'int8', bytes: 1 };
  const evaluation = evaluateClassification(outputs, y, ['no', 'yes']);
  const blocks = rankingFigures({ evaluation, float, converted }, test);
  return blocks.flatMap((block) => (block.kind === 'figure' ? [block] : []));
}

it('the ROC curve goes through every threshold, equal scores in one step', () => {
  const [roc] = figures();
  expect(roc.caption).toBe('Area under the curve: yes 0.75 float, 0.875 int8.');
  expect(curvesOf(roc.svg)).toEqual([
    [
      [0, 0],
      [0, 0.5],
      [0.5, 1],
      [1, 1],
    ],
    [
      [0, 0],
      [0, 0.5],
      [0.5, 0.5],
      [0.5, 1],
      [1, 1],
    ],
  ]);
});

it('precision over recall goes in steps, whose area is the average precision', () => {
  const [, precision] = figures();
  expect(precision.caption).toBe('Average precision: yes 0.8333 float, 0.8333 int8.');
  const [, floatCurve] = curvesOf(precision.svg);
  const area = floatCurve.slice(1).reduce((sum, [x, y], i) => sum + (x - floatCurve[i][0]) * y, 0);
  expect(area).toBeCloseTo(5 / 6, 3);
});

it('says nothing of samples that are all of one class', () => {
  const all = { ...test, actual: Int32Array.from([1, 1, 1, 1]) };
  const evaluation = evaluateClassification(
    { float, converted, type: 'int8', bytes: 1 },
    column([1, 1, 1, 1]),
    ['no', 'yes'],
  );
  expect(rankingFigures({ evaluation, float, converted }, all)).toEqual([]);
});
