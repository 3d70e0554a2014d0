import { expect, it } from 'vitest';
import { type PerTensorQuant, perAxis, perTensor, type QuantParams } from '../../../src/core/quant-params.ts';
import { GraphBuilder } from '../../../src/ir/builder.ts';
import type { Value, ValueId } from '../../../src/ir/graph.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { correctBias } from '../../../src/passes/quantize/correct-bias.ts';
import { roundingErrors } from '../../../src/passes/quantize/parameters.ts';
import { quantizePass } from '../../../src/passes/quantize/quantize.ts';
import { denseBiases } from '../../../src/passes/zero-biases.ts';

/** FULLY_CONNECTED of `rows` rows with bias, corrected for the means of its input. */
function corrected(
  weights: Float32Array,
  quantized: Int8Array,
  quant: QuantParams,
  bias: Float32Array,
  rows: number,
  means: Float64Array,
): Float32Array {
  const [units, depth] = [bias.length, weights.length / bias.length];
  const builder = new GraphBuilder();
  const input = builder.input('input', { dtype: 'float32', shape: [rows, depth] });
  const weightId = builder.constant('w', { dtype: 'float32', shape: [units, depth] }, weights);
  const biasId = builder.constant('b', { dtype: 'float32', shape: [units] }, bias);
  const attributes = { activation: 'relu', keepNumDims: false } as const;
  const graph = builder.build([builder.add('fully_connected', 'fc', attributes, [input, weightId, biasId])]);
  const errors = roundingErrors(weights, quantized, [units, depth], quant);
  return correctBias(graph, graph.nodes[0], 1, errors, bias, means);
}

it('gives the bias what rounding took from the mean of every unit', () => {
  const weights = Float32Array.of(0.34, -0.26, 0.1, 0.5);
  const quantized = Int8Array.of(3, -3, 1, 5);
  const bias = corrected(
    weights,
    quantized,
    perTensor(0.1, 0),
    Float32Array.of(1, 2),
    1,
    Float64Array.of(10, 20),
  );
  // Unit 0: (0.34 − 0.3)·10 + (−0.26 + 0.3)·20 = 1.2; unit 1 has no error.
  expect(bias[0]).toBeCloseTo(2.2, 5);
  expect(bias[1]).toBeCloseTo(2, 5);
});

it('uses the scale of each unit, and the mean over rows', () => {
  const weights = Float32Array.of(0.34, 0.7);
  const quantized = Int8Array.of(3, 3);
  const bias = corrected(
    weights,
    quantized,
    perAxis(0, [0.1, 0.2]),
    new Float32Array(2),
    2,
    Float64Array.of(8, 12),
  );
  expect(bias[0]).toBeCloseTo(0.4, 5);
  expect(bias[1]).toBeCloseTo(1, 5);
});

it('goes into the bias of a fully connected layer that had none', () => {
  const builder = new GraphBuilder();
  const input = builder.input('input', { dtype: 'float32', shape: [1, 1] });
  const weights = builder.constant('w', { dtype: 'float32', shape: [2, 1] }, Float32Array.of(0.34, 0.5));
  const attributes = { activation: 'none', keepNumDims: false } as const;
  const graph = builder.build([builder.add('fully_connected', 'fc', attributes, [input, weights])]);
  const ranges = new Map([...graph.values.keys()].map((id) => [id, { min: -10, max: 10 }]));
  const means = new Map([[input, Float64Array.of(8)]]);
  const { nodes, values } = runPasses(graph, [
    denseBiases,
    quantizePass(ranges, { densePerChannel: false, means }),
  ]);
  const { type, data } = values.get(nodes[0].inputs[2] as ValueId) as Value;
  const { scale } = type.quant as PerTensorQuant;
  const [first, second] = data as Int32Array;
  // 0.34 is 86 steps of 0.5 / 127.
  expect(Math.abs(first * scale - 8 * (0.34 - (86 * 0.5) / 127))).toBeLessThan(scale / 2);
  expect(second).toBe(0);
});
