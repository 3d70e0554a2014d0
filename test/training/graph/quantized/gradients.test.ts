/** Gradients through rounding, against their formulas: straight through, and LSQ's for scales. */

import { expect, it } from 'vitest';
import { roundHalfAway } from '../../../../src/core/fixed-point.ts';
import { createRandom } from '../../../../src/core/random.ts';
import { GraphBuilder } from '../../../../src/ir/builder.ts';
import { getValue, type ValueId } from '../../../../src/ir/graph.ts';
import type { Range } from '../../../../src/passes/quantize/parameters.ts';
import { view } from '../../../../src/training/compiled/run.ts';
import { compileGraph } from '../../../../src/training/graph/compile-graph.ts';
import { openLoneStep } from '../../../../src/training/graph/graph-step.ts';
import { IntegerNumerics } from '../../../../src/training/graph/quantized/integer-numerics.ts';
import { rowsInMemory } from '../../../../src/training/samples/sample-rows.ts';
import { samplesInOrder } from '../../../../src/training/samples/sample-stream.ts';

const [ROWS, DEPTH, UNITS, LIMIT] = [3, 5, 4, 7];

function floats(count: number, purpose: string): Float32Array {
  const random = createRandom(3, purpose);
  return Float32Array.from({ length: count }, () => random.normal());
}

it('are those of the formulas', () => {
  const builder = new GraphBuilder();
  const x = builder.input('x', { dtype: 'float32', shape: [1, DEPTH] });
  const weights = floats(UNITS * DEPTH, 'weights');
  // One that the first scale cuts off.
  weights[7] = 4;
  const w = builder.constant('w', { dtype: 'float32', shape: [UNITS, DEPTH] }, weights);
  const b = builder.constant('b', { dtype: 'float32', shape: [UNITS] }, floats(UNITS, 'bias'));
  const y = builder.add('fully_connected', 'dense', { activation: 'none', keepNumDims: false }, [x, w, b]);
  const graph = builder.build([y]);
  const ranges = new Map([
    [x, { min: -3, max: 3 }],
    // What is larger is cut off.
    [y, { min: -2, max: 2 }],
  ]);
  const numerics = new IntegerNumerics(graph, {
    ranges,
    densePerChannel: false,
    learnsScales: false,
    int4: new Set([y]),
    frozenFrom: 1,
    learnsRanges: false,
  });
  const compiled = compileGraph(numerics.twin, ROWS, [y], numerics);
  const step = openLoneStep(numerics.twin, compiled, 'plain', numerics);
  const samples = floats(ROWS * DEPTH, 'samples');
  step.forward(
    samplesInOrder({
      x: rowsInMemory({ data: samples, shape: [ROWS, DEPTH] }),
      y: rowsInMemory({ data: new Float32Array(ROWS * UNITS), shape: [ROWS, UNITS] }),
    }),
    0,
  );
  const [{ data, gradient }] = step.observe().values;
  const slopes = floats(ROWS * UNITS, 'slopes');
  gradient.set(slopes);
  step.backward();

  const exponents = compiled.extras.get(`scale:${w}`);
  const [, { weightScales }] = [0, numerics.trained(new Map([[`scale:${w}`, new Float32Array(1)]]))];
  const quant = weightScales.get(w);
  const scale = quant?.scheme === 'per-tensor' ? quant.scale : Number.NaN;
  expect(Math.max(...weights.map(Math.abs)) / scale).toBeGreaterThan(LIMIT);

  const inputScale = Math.fround(6 / 255);
  const rounded = (value: number): number => {
    const zeroPoint = roundHalfAway(-128 + 3 / inputScale);
    const code = Math.max(-128, Math.min(127, roundHalfAway(value / inputScale) + zeroPoint));
    return (code - zeroPoint) * inputScale;
  };
  const [top, low] = [Math.max(...data), Math.min(...data)];
  const isCut = (i: number): boolean => data[i] === top || data[i] === low;
  expect(data.filter((_, i) => isCut(i)).length).toBeGreaterThan(2);
  let ofScale = 0;
  const ofWeights = weights.map((weight, at) => {
    const [unit, i] = [Math.floor(at / DEPTH), at % DEPTH];
    let sum = 0;
    for (let row = 0; row < ROWS; row++) {
      if (!isCut(row * UNITS + unit)) sum += slopes[row * UNITS + unit] * rounded(samples[row * DEPTH + i]);
    }
    const steps = weight / scale;
    const isInside = Math.abs(steps) < LIMIT;
    ofScale +=
      (sum * (isInside ? roundHalfAway(steps) - steps : Math.sign(steps) * LIMIT) * scale) /
      Math.sqrt(UNITS * DEPTH * LIMIT);
    return isInside ? sum : 0;
  });
  const close = (actual: Float32Array, expected: ArrayLike<number>): void => {
    for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(expected[i], 5);
  };
  close(step.gradientsOf(w as ValueId), ofWeights);
  close(view(step.run, exponents?.gradient ?? 0, 1), [ofScale]);
  const ofBias = Array.from({ length: UNITS }, (_, unit) =>
    Array.from({ length: ROWS }, (__, row) => row * UNITS + unit)
      .filter((i) => !isCut(i))
      .reduce((sum, i) => sum + slopes[i], 0),
  );
  close(step.gradientsOf(b as ValueId), ofBias);
  expect(getValue(numerics.twin, w).data).toEqual(weights);
});

/** The scale is that of the largest weight, the bias has none of its own. */
function learnedRangeCase(activation: 'none' | 'relu' | 'relu6', range: Range) {
  const builder = new GraphBuilder();
  const x = builder.input('x', { dtype: 'float32', shape: [1, DEPTH] });
  const weights = floats(UNITS * DEPTH, 'weights');
  const w = builder.constant('w', { dtype: 'float32', shape: [UNITS, DEPTH] }, weights);
  const y = builder.add('fully_connected', 'dense', { activation, keepNumDims: false }, [x, w]);
  const graph = builder.build([y]);
  const numerics = new IntegerNumerics(graph, {
    ranges: new Map([
      [x, { min: -3, max: 3 }],
      [y, range],
    ]),
    densePerChannel: false,
    learnsScales: false,
    int4: new Set(),
    frozenFrom: 1,
    learnsRanges: true,
  });
  return { numerics, y, weights };
}

it.each([
  // What is larger or smaller is cut off; the steps of the last are so wide that they round much.
  ['none', { min: -1, max: 2 }, 127 - -43],
  ['relu', { min: 0, max: 1.5 }, 255],
  ['relu6', { min: 0, max: 60 }, 255],
  ['none', { min: -2, max: 0 }, 255],
] as const)('of ranges are those of the formula: %s in %j', (activation, range, steps) => {
  const { numerics, y, weights } = learnedRangeCase(activation, range);
  const compiled = compileGraph(numerics.twin, ROWS, [y], numerics);
  const step = openLoneStep(numerics.twin, compiled, 'simd', numerics);
  const exponent = step.extras.get(`range:${y}`) as Float32Array;
  expect([...step.extras.keys()]).toEqual([`range:${y}`]);
  exponent[0] = 0.1;
  const samples = floats(ROWS * DEPTH, 'samples');
  const stream = samplesInOrder({
    x: rowsInMemory({ data: samples, shape: [ROWS, DEPTH] }),
    y: rowsInMemory({ data: new Float32Array(ROWS * UNITS), shape: [ROWS, UNITS] }),
  });
  step.forward(stream, 0);
  const [{ data, gradient }] = step.observe().values;
  const slopes = floats(ROWS * UNITS, 'slopes');
  gradient.set(slopes);
  step.backward();

  const [inputScale, weightScale] = [6 / 255, Math.max(...weights.map(Math.abs)) / 127];
  const sum = (row: number, unit: number): number =>
    Array.from({ length: DEPTH }, (_, i) => {
      const zeroPoint = roundHalfAway(-128 + 3 / inputScale);
      const code = Math.max(
        -128,
        Math.min(127, roundHalfAway(samples[row * DEPTH + i] / inputScale) + zeroPoint),
      );
      const weight = roundHalfAway(weights[unit * DEPTH + i] / weightScale) * weightScale;
      return (code - zeroPoint) * inputScale * weight;
    }).reduce((a, b) => a + b, 0);
  const scale = ((range.max - range.min) / 255) * Math.exp(0.1);
  const zeroPoint = roundHalfAway(-128 - (range.min * Math.exp(0.1)) / scale);
  const [low, high] = { none: [-Infinity, Infinity], relu: [0, Infinity], relu6: [0, 6] }[activation];
  let [expected, cut] = [0, 0];
  for (let at = 0; at < ROWS * UNITS; at++) {
    const value = Math.max(low, Math.min(high, sum(Math.floor(at / UNITS), at % UNITS))) / scale;
    const [least, most] = [-128 - zeroPoint, 127 - zeroPoint];
    if (value < least || value > most) cut++;
    // LSQ: by the step, and by its logarithm that is times the step.
    const byStep = value < least ? least : value > most ? most : roundHalfAway(value) - value;
    expected += slopes[at] * byStep * scale;
    expect(data[at]).toBeCloseTo(Math.max(least, Math.min(most, roundHalfAway(value))) * scale, 4);
  }
  expect(cut > 0).toBe(activation !== 'relu6');
  const made = view(step.run, compiled.extras.get(`range:${y}`)?.gradient ?? 0, 1)[0];
  expect(made).toBeCloseTo(expected / Math.sqrt(UNITS * steps), 5);
  expect(Math.abs(made)).toBeGreaterThan(1e-4);
});
