import { expect, it } from 'vitest';
import { perAxis, perTensor, type QuantParams } from '../../../src/core/quant-params.ts';
import { GraphBuilder } from '../../../src/ir/builder.ts';
import { correctBias, roundingErrors } from '../../../src/passes/quantize/correct-bias.ts';

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
