/**
 * Activations without an operator of their own: in float32 what Keras' formula says, and in int8, over ranges that give
 * small, middle and large steps, off from the float function by half a step of the output, by its rounding alone.
 */

import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import type { PerTensorQuant } from '../../../src/core/quant-params.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { DEFAULT_FORM, lower, simplifyFloat } from '../../../src/models/convert/lower.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { quantizePass } from '../../../src/passes/quantize/quantize.ts';

type Real = (x: number) => number;

/** Simpson's rule for ∫ e^−t² from 0 to z. */
function erf(z: number): number {
  const steps = 600;
  const width = z / steps;
  let sum = 1 + Math.exp(-z * z);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * Math.exp(-((i * width) ** 2));
  return ((2 / Math.sqrt(Math.PI)) * sum * width) / 3;
}

const softplus: Real = (x) => (x > 30 ? x : Math.log1p(Math.exp(x)));
const elu =
  (alpha: number, scale = 1): Real =>
  (x) =>
    scale * (x > 0 ? x : alpha * Math.expm1(x));

const sparsePlus: Real = (x) => {
  if (x <= -1) return 0;
  return x < 1 ? (x + 1) ** 2 / 4 : x;
};

/** Keras: what is not above the threshold is slope · (x − threshold). */
const thresholded =
  (threshold: number, slope = 0, max = Infinity): Real =>
  (x) => {
    const passed = x > threshold ? x : 0;
    const kept = max === Infinity ? passed : Math.min(Math.max(passed, 0), max);
    return kept - slope * Math.max(0, threshold - x);
  };

const activation = (name: string): JsonObject => ({ class_name: 'Activation', config: { activation: name } });
const relu = (config: JsonObject): JsonObject => ({ class_name: 'ReLU', config });

const FUNCTIONS: readonly (readonly [name: string, layer: JsonObject, formula: Real])[] = [
  ['exponential', activation('exponential'), Math.exp],
  ['softplus', activation('softplus'), softplus],
  ['softsign', activation('softsign'), (x) => x / (1 + Math.abs(x))],
  ['selu', activation('selu'), elu(1.6732632423543772, 1.0507009873554805)],
  ['mish', activation('mish'), (x) => x * Math.tanh(softplus(x))],
  ['gelu', activation('gelu'), (x) => (x / 2) * (1 + erf(x * Math.SQRT1_2))],
  [
    'gelu by tanh, of TensorFlow.js',
    activation('gelu_new'),
    (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  ],
  ['squareplus', activation('squareplus'), (x) => (x + Math.sqrt(x * x + 4)) / 2],
  ['celu', activation('celu'), elu(1)],
  ['soft_shrink', activation('soft_shrink'), (x) => Math.sign(x) * Math.max(Math.abs(x) - 0.5, 0)],
  ['hard_shrink', activation('hard_shrink'), (x) => (Math.abs(x) > 0.5 ? x : 0)],
  ['tanh_shrink', activation('tanh_shrink'), (x) => x - Math.tanh(x)],
  ['sparse_plus', activation('sparse_plus'), sparsePlus],
  ['log_sigmoid', activation('log_sigmoid'), (x) => -softplus(-x)],
  ['hard_tanh', activation('hard_tanh'), (x) => Math.min(Math.max(x, -1), 1)],
  ['ELU of alpha 0.3', { class_name: 'ELU', config: { alpha: 0.3 } }, elu(0.3)],
  ['ThresholdedReLU', { class_name: 'ThresholdedReLU', config: { theta: 0.5 } }, thresholded(0.5)],
  ['ReLU from 1 to 3', relu({ threshold: 1, max_value: 3 }), thresholded(1, 0, 3)],
  ['ReLU above -1', relu({ threshold: -1 }), thresholded(-1)],
  ['ReLU above 0.25 with a slope', relu({ threshold: 0.25, negative_slope: 0.1 }), thresholded(0.25, 0.1)],
  [
    'ReLU above -0.5 with a slope and a limit',
    relu({ threshold: -0.5, negative_slope: 0.5, max_value: 2 }),
    thresholded(-0.5, 0.5, 2),
  ],
];

const LENGTH = 256;

function graphOf(layer: JsonObject): Graph {
  const config = { ...(layer.config as JsonObject), name: 'f', batch_input_shape: [null, LENGTH] };
  const topology = { class_name: 'Sequential', config: { name: 's', layers: [{ ...layer, config }] } };
  return simplifyFloat(importKeras({ topology, weights: [] }));
}

const spread = (low: number, high: number): Float32Array =>
  Float32Array.from({ length: LENGTH }, (_, i) => low + ((high - low) * i) / (LENGTH - 1));

const RANGES: readonly (readonly [number, number])[] = [
  [-0.1, 0.1],
  [-1, 1],
  [-2, 6],
  [-8, 1],
  [-6, 20],
  [0, 4],
];

async function int8Of(float: Graph, x: Float32Array): Promise<Graph> {
  return lower(float, { ...DEFAULT_FORM, without: [] }, (prepared) => {
    const ranges = new Map<number, { min: number; max: number }>();
    const see = (id: number, data: ArrayLike<number | bigint>): void => {
      const values = Array.from(data, Number);
      ranges.set(id, { min: Math.min(...values), max: Math.max(...values) });
    };
    createInterpreter(prepared).invoke([x], (id, data) => see(id, data));
    see(prepared.inputs[0], x);
    return runPasses(prepared, [quantizePass(ranges, { densePerChannel: false })]);
  });
}

describe.each(FUNCTIONS)('%s', (_, layer, formula) => {
  const float = graphOf(layer);

  it('is what Keras computes, in float32', () => {
    for (const [low, high] of [...RANGES, [-80, 80], [-1e-4, 1e-4]] as const) {
      const x = spread(low, high);
      const [y] = createInterpreter(float).invoke([x]) as readonly [Float32Array];
      for (const [i, value] of x.entries()) {
        const expected = formula(value);
        const size = Math.max(1, Math.abs(value), Math.abs(expected));
        if (size < 1e30) expect(Math.abs(y[i] - expected), `f(${value})`).toBeLessThan(5e-7 * size);
      }
    }
  });

  it.each(RANGES)('is off by half a step in int8 from %d to %d', async (low, high) => {
    const graph = await int8Of(float, spread(low, high));
    const [input, output] = [...graph.inputs, ...graph.outputs].map(
      (id) => getValue(graph, id).type.quant as PerTensorQuant,
    );
    const x = Int8Array.from({ length: LENGTH }, (_, i) => i - 128);
    const [y] = createInterpreter(graph).invoke([x]) as readonly [Int8Array];
    const least = output.scale * (-128 - output.zeroPoint);
    const most = output.scale * (127 - output.zeroPoint);
    const errors = Array.from(x, (value, i) => {
      const expected = formula(Math.fround(input.scale * (value - input.zeroPoint)));
      const saturated = Math.min(Math.max(expected, least), most);
      return Math.abs(output.scale * (y[i] - output.zeroPoint) - saturated) / output.scale;
    });
    // Half a step of rounding; float32 moves an end by less than a hundredth of one.
    expect(Math.max(...errors)).toBeLessThan(0.51);
  });
});
