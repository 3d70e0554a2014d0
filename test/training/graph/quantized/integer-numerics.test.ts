/** What training computes in the place of integers, against the interpreter's integers: every value of every sample. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { elementCount } from '../../../../src/core/tensor.ts';
import { importKeras } from '../../../../src/formats/keras/import.ts';
import { createInterpreter } from '../../../../src/interpreter/interpreter.ts';
import { type Graph, getValue, type ValueId } from '../../../../src/ir/graph.ts';
import type { HeapKind } from '../../../../src/kernels/training/heap.ts';
import { simplifyFloat } from '../../../../src/models/convert/lower.ts';
import { isLinear } from '../../../../src/passes/linear.ts';
import { runPasses } from '../../../../src/passes/pass.ts';
import { preparingPasses } from '../../../../src/passes/pipelines.ts';
import { quantizeConstant } from '../../../../src/passes/quantize/parameters.ts';
import { quantizeTrained } from '../../../../src/passes/quantize-trained.ts';
import { compileGraph } from '../../../../src/training/graph/compile-graph.ts';
import { openLoneStep } from '../../../../src/training/graph/graph-step.ts';
import { withOwnConstants } from '../../../../src/training/graph/learned-constants.ts';
import { IntegerNumerics } from '../../../../src/training/graph/quantized/integer-numerics.ts';
import { seenRanges } from '../../../../src/training/graph/quantized/seen-ranges.ts';
import { quantOf } from '../../../../src/training/graph/quantized/twin-graph.ts';
import { samplesInOrder } from '../../../../src/training/samples/sample-stream.ts';
import { IMAGE, jobOf, SIGNAL } from '../../compiled/job.ts';

const NETWORKS = {
  dense: jobOf(
    [
      { type: 'Dense', units: 12, activation: 'relu' },
      { type: 'Dense', units: 7, activation: 'tanh' },
      { type: 'Dense', units: 3, activation: 'softmax' },
    ],
    [6],
    { loss: 'categoricalCrossentropy', metrics: ['accuracy'] },
    3,
    'classes',
  ),
  signal: jobOf(
    [
      { type: 'Conv1D', filters: 6, kernelSize: 3, padding: 'same', activation: 'relu6' },
      { type: 'MaxPooling1D', poolSize: 2 },
      { type: 'BatchNormalization' },
      { type: 'Conv1D', filters: 5, kernelSize: 3, strides: 2 },
      { type: 'GlobalAveragePooling1D' },
      { type: 'Dense', units: 3 },
    ],
    SIGNAL,
  ),
  steps: jobOf(
    [
      { type: 'GRU', units: 4, returnSequences: true },
      { type: 'LSTM', units: 3 },
      { type: 'Dense', units: 3 },
    ],
    [3, 3],
  ),
  branches: jobOf(
    [
      { type: 'Conv2D', filters: 4, kernelSize: 3, padding: 'same', activation: 'relu', name: 'stem' },
      { type: 'DepthwiseConv2D', kernelSize: 3, padding: 'same', name: 'left' },
      { type: 'Conv2D', filters: 4, kernelSize: 1, activation: 'sigmoid', name: 'right', inputs: ['stem'] },
      { type: 'Add', inputs: ['left', 'right'], name: 'sum' },
      { type: 'ReLU', name: 'limit' },
      { type: 'Concatenate', inputs: ['limit', 'stem'], name: 'both' },
      { type: 'AveragePooling2D', poolSize: 2, name: 'pool', inputs: ['both'] },
      { type: 'Flatten', name: 'flat' },
      { type: 'Dense', units: 3, name: 'end' },
    ],
    IMAGE,
  ),
};

function prepared(job: (typeof NETWORKS)['dense']): Graph {
  const random = createRandom(4, 'biases');
  const weights = job.initialWeights.map((weight) =>
    weight.name.endsWith('bias') ? { ...weight, data: weight.data.map(() => 0.2 * random.normal()) } : weight,
  );
  const float = simplifyFloat(importKeras({ topology: job.topology, weights }), {
    without: [],
    recurrent: 'unrolled',
  });
  return withOwnConstants(runPasses(float, preparingPasses));
}

function numericsOf(
  graph: Graph,
  { train }: (typeof NETWORKS)['dense'],
  int4: 'none' | 'all',
  learnsRanges = false,
) {
  const outputs = graph.nodes.filter(isLinear).map(({ outputs: [id] }) => id);
  return new IntegerNumerics(graph, {
    ranges: seenRanges(graph, train.x, 8),
    densePerChannel: false,
    learnsScales: false,
    int4: new Set(int4 === 'all' ? outputs : []),
    frozenFrom: 1,
    learnsRanges,
  });
}

/** Of every weight, from slopes of the output that are drawn. */
function gradients(job: (typeof NETWORKS)['dense'], kind: HeapKind): readonly Float32Array[] {
  const graph = prepared(job);
  const numerics = numericsOf(graph, job, 'none');
  const { twin } = numerics;
  const compiled = compileGraph(twin, 8, twin.outputs, numerics);
  const step = openLoneStep(twin, compiled, kind, numerics);
  step.forward(samplesInOrder(job.train), 0);
  const random = createRandom(5, 'slopes');
  const [{ gradient }] = step.observe().values;
  for (let i = 0; i < gradient.length; i++) gradient[i] = random.normal();
  step.backward();
  return [...compiled.weights.keys()].map((id) => step.gradientsOf(id).slice());
}

/** Codes of every value that both have, of all training samples. */
function disagreements(
  job: (typeof NETWORKS)['dense'],
  int4: 'none' | 'all',
  ranges: 'calibrated' | 'learned' | 'judged' = 'calibrated',
): { off: number; all: number; most: number; scales: number } {
  const graph = prepared(job);
  const numerics = numericsOf(graph, job, int4, ranges !== 'calibrated');
  const values = numerics.twin.nodes.map(({ outputs: [id] }) => id);
  const compiled = compileGraph(numerics.twin, 8, values, numerics);
  const step = openLoneStep(numerics.twin, compiled, 'simd', numerics);
  const before = quantizeTrained(graph, numerics.trained(step.extras));
  const random = createRandom(6, 'exponents');
  // Where ranges are judged, far enough that one reaches beyond where a tanh is settled.
  const exponentOf = { calibrated: () => 0, learned: () => random.uniform() - 0.5, judged: () => 3 };
  for (const exponents of step.extras.values()) {
    for (let i = 0; i < exponents.length; i++) exponents[i] = exponentOf[ranges]();
  }
  if (ranges === 'judged') numerics.beginJudging(step);
  const int8 = quantizeTrained(graph, numerics.trained(step.extras));
  const scales = values.filter((id) => quantOf(before, id).scale !== quantOf(int8, id).scale).length;
  const interpreter = createInterpreter(int8);
  const [input] = int8.inputs;
  const size = elementCount(job.train.x.shape);
  const record = new Float32Array(size);
  let [off, all, most] = [0, 0, 0];
  for (let start = 0; start < job.train.x.count; start += 8) {
    step.forward(samplesInOrder(job.train), start);
    const made = step.observe();
    for (let row = 0; row < made.rows; row++) {
      job.train.x.read(start + row, 1, record);
      const codes = new Map<ValueId, Int8Array>();
      interpreter.invoke([quantizeConstant(record, quantOf(int8, input), 'int8')], (id, data) =>
        codes.set(id, (data as Int8Array).slice()),
      );
      for (const [index, id] of values.entries()) {
        const { scale, zeroPoint } = quantOf(int8, id);
        const own = elementCount(getValue(int8, id).type.shape);
        const real = made.values[index].data.subarray(row * own, (row + 1) * own);
        for (const [i, value] of real.entries()) {
          const difference = Math.abs(value / scale + zeroPoint - (codes.get(id) as Int8Array)[i]);
          all++;
          if (difference > 0.01) off++;
          most = Math.max(most, difference);
        }
      }
    }
  }
  return { off, all, most, scales };
}

describe('integers in training', () => {
  it.each(Object.keys(NETWORKS) as (keyof typeof NETWORKS)[])(
    'have one gradient, whichever kernels compute it: %s',
    (name) => {
      const [simd, plain] = (['simd', 'plain'] as const).map((kind) => gradients(NETWORKS[name], kind));
      expect(simd.some((gradient) => gradient.some((slope) => slope !== 0))).toBe(true);
      expect(simd).toEqual(plain);
    },
  );

  it.each(Object.keys(NETWORKS) as (keyof typeof NETWORKS)[])(
    'are those of the interpreter, whatever ranges have learned: %s',
    (name) => {
      for (const ranges of ['learned', 'judged'] as const) {
        const { off, all, most, scales } = disagreements(NETWORKS[name], 'none', ranges);
        expect(all).toBeGreaterThan(500);
        expect(scales).toBeGreaterThan(1);
        expect({ off, isNear: most < 0.01 }).toEqual({ off: 0, isNear: true });
      }
    },
  );

  it.each(Object.keys(NETWORKS) as (keyof typeof NETWORKS)[])('are those of the interpreter: %s', (name) => {
    for (const int4 of ['none', 'all'] as const) {
      const { off, all, most } = disagreements(NETWORKS[name], int4);
      expect(all).toBeGreaterThan(500);
      expect({ off, isNear: most < 0.01 }).toEqual({ off: 0, isNear: true });
    }
  });
});
