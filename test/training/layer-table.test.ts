import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { createInitialWeights } from '../../src/training/initial-weights.ts';
import { isLayerType, layerRow, layerSpecSchema } from '../../src/training/layer-table.ts';
import { modelSpecSchema, toTopology } from '../../src/training/model-spec.ts';

type Numbers = readonly number[];

/** A layer as a project file has it. */
interface LayerText {
  readonly type: string;
  readonly [field: string]: unknown;
}

function shapeAfter(layer: LayerText, input: Numbers): Numbers {
  const spec = layerSpecSchema.parse(layer);
  return layerRow(spec.type).outputShape(spec, input);
}

function topologyOf(layers: readonly object[], inputShape: Numbers): JsonObject {
  return toTopology(modelSpecSchema.parse({ layers }), inputShape);
}

function configOf(layer: object, inputShape: Numbers): JsonObject {
  const { config } = topologyOf([layer], inputShape);
  return ((config as JsonObject).layers as JsonObject[])[0].config as JsonObject;
}

// Shapes as Keras computes them.
test.each<[LayerText, Numbers, Numbers]>([
  [{ type: 'Conv1D', filters: 4, kernelSize: 5 }, [64, 3], [60, 4]],
  [{ type: 'Conv1D', filters: 4, kernelSize: 5, strides: 2, padding: 'same' }, [63, 3], [32, 4]],
  [{ type: 'Conv1D', filters: 4, kernelSize: [3], dilationRate: [4] }, [64, 3], [56, 4]],
  [{ type: 'Conv2D', filters: 8, kernelSize: [3, 5], strides: [2, 1] }, [10, 9, 1], [4, 5, 8]],
  [{ type: 'Conv2D', filters: 8, kernelSize: 3, strides: 3, padding: 'same' }, [10, 9, 1], [4, 3, 8]],
  [{ type: 'DepthwiseConv2D', kernelSize: 3, depthMultiplier: 2 }, [10, 9, 5], [8, 7, 10]],
  [{ type: 'SeparableConv2D', filters: 7, kernelSize: 3, dilationRate: 2 }, [10, 9, 5], [6, 5, 7]],
  [{ type: 'BatchNormalization' }, [10, 9, 5], [10, 9, 5]],
  [{ type: 'MaxPooling1D' }, [9, 5], [4, 5]],
  [{ type: 'AveragePooling1D', poolSize: 4, strides: 1 }, [9, 5], [6, 5]],
  [{ type: 'MaxPooling2D', padding: 'same' }, [9, 5, 2], [5, 3, 2]],
  [{ type: 'AveragePooling2D', poolSize: [3, 2], strides: [2, 1] }, [9, 5, 2], [4, 4, 2]],
  [{ type: 'GlobalMaxPooling1D' }, [9, 5], [5]],
  [{ type: 'GlobalAveragePooling1D' }, [9, 5], [5]],
  [{ type: 'GlobalMaxPooling2D' }, [9, 5, 2], [2]],
  [{ type: 'GlobalAveragePooling2D' }, [9, 5, 2], [2]],
  [{ type: 'LSTM', units: 7 }, [9, 5], [7]],
  [{ type: 'GRU', units: 7, returnSequences: true }, [9, 5], [9, 7]],
  [{ type: 'SimpleRNN', units: 7, returnSequences: true }, [9, 5], [9, 7]],
  [{ type: 'ZeroPadding2D', padding: 2 }, [9, 5, 2], [13, 9, 2]],
  [{ type: 'ZeroPadding2D', padding: [1, 2] }, [9, 5, 2], [11, 9, 2]],
  [
    {
      type: 'ZeroPadding2D',
      padding: [
        [0, 1],
        [2, 3],
      ],
    },
    [9, 5, 2],
    [10, 10, 2],
  ],
])('%j makes of %j a shape of %j', (layer, input, expected) => {
  expect(shapeAfter(layer, input)).toEqual(expected);
});

// Bounds sqrt(6 / (fan in + fan out)) as Keras' compute_fans gives them.
test('kernels have Keras names, shapes and Glorot bounds, in the order of get_weights', () => {
  const topology = topologyOf(
    [
      { type: 'Conv2D', filters: 8, kernelSize: [3, 2] },
      { type: 'DepthwiseConv2D', kernelSize: 3, depthMultiplier: 2 },
      { type: 'BatchNormalization' },
      { type: 'SeparableConv2D', filters: 5, kernelSize: 2, depthMultiplier: 3 },
      { type: 'Reshape', targetShape: [-1, 5] },
      { type: 'Conv1D', filters: 6, kernelSize: 4, useBias: false },
    ],
    [12, 12, 4],
  );
  const weights = createInitialWeights(topology, 1);
  expect(weights.map(({ name, shape }) => [name, shape])).toEqual([
    ['conv2d/kernel', [3, 2, 4, 8]],
    ['conv2d/bias', [8]],
    ['depthwise_conv2d/depthwise_kernel', [3, 3, 8, 2]],
    ['depthwise_conv2d/bias', [16]],
    ['batch_normalization/gamma', [16]],
    ['batch_normalization/beta', [16]],
    ['batch_normalization/moving_mean', [16]],
    ['batch_normalization/moving_variance', [16]],
    ['separable_conv2d/depthwise_kernel', [2, 2, 16, 3]],
    ['separable_conv2d/pointwise_kernel', [1, 1, 48, 5]],
    ['separable_conv2d/bias', [5]],
    ['conv1d/kernel', [4, 5, 6]],
  ]);
  const named = new Map(weights.map(({ name, data }) => [name, data]));
  const fans: [string, number][] = [
    ['conv2d/kernel', 6 * 4 + 6 * 8],
    ['depthwise_conv2d/depthwise_kernel', 9 * 8 + 9 * 2],
    ['separable_conv2d/depthwise_kernel', 4 * 16 + 4 * 3],
    ['separable_conv2d/pointwise_kernel', 48 + 5],
    ['conv1d/kernel', 4 * 5 + 4 * 6],
  ];
  for (const [name, sum] of fans) {
    const limit = Math.sqrt(6 / sum);
    const largest = Math.max(...(named.get(name) ?? []).map(Math.abs));
    expect(largest, name).toBeLessThanOrEqual(limit);
    expect(largest, name).toBeGreaterThan(0.93 * limit);
  }
  const [gamma, beta, mean, variance] = weights.slice(4, 8).map(({ data }) => new Set(data));
  expect([gamma, beta, mean, variance]).toEqual([new Set([1]), new Set([0]), new Set([0]), new Set([1])]);
});

test('recurrent layers start as those of Keras', () => {
  const topology = topologyOf(
    [
      { type: 'LSTM', units: 6, returnSequences: true },
      { type: 'GRU', units: 5, returnSequences: true },
      { type: 'GRU', units: 4, useBias: false, returnSequences: true },
      { type: 'SimpleRNN', units: 3 },
    ],
    [8, 7],
  );
  const weights = createInitialWeights(topology, 1);
  expect(weights.map(({ name, shape }) => [name, shape])).toEqual([
    ['lstm/kernel', [7, 24]],
    ['lstm/recurrent_kernel', [6, 24]],
    ['lstm/bias', [24]],
    ['gru/kernel', [6, 15]],
    ['gru/recurrent_kernel', [5, 15]],
    ['gru/bias', [2, 15]],
    ['gru_1/kernel', [5, 12]],
    ['gru_1/recurrent_kernel', [4, 12]],
    ['simple_rnn/kernel', [4, 3]],
    ['simple_rnn/recurrent_kernel', [3, 3]],
    ['simple_rnn/bias', [3]],
  ]);
  const named = new Map(weights.map(({ name, data }) => [name, data]));
  const remembers = Array.from({ length: 24 }, (_, i) => (i >= 6 && i < 12 ? 1 : 0));
  expect([...(named.get('lstm/bias') ?? [])]).toEqual(remembers);
  expect(new Set(named.get('gru/bias'))).toEqual(new Set([0]));
  const limit = Math.sqrt(6 / (7 + 24));
  const largest = Math.max(...(named.get('lstm/kernel') ?? []).map(Math.abs));
  expect(largest).toBeLessThanOrEqual(limit);
  expect(largest).toBeGreaterThan(0.93 * limit);
  const [first] = [named.get('gru/recurrent_kernel')?.subarray(0, 15)];
  expect(Math.hypot(...(first ?? []))).toBeCloseTo(1, 6);
});

test('the configuration says what other readers take for something else', () => {
  expect(configOf({ type: 'GRU', units: 4 }, [9, 2])).toMatchObject({
    activation: 'tanh',
    recurrent_activation: 'sigmoid',
    reset_after: true,
    return_sequences: false,
    use_bias: true,
  });
});

test('the configuration has the tuples of Keras', () => {
  expect(configOf({ type: 'Conv2D', filters: 2, kernelSize: 3 }, [9, 9, 1])).toMatchObject({
    kernel_size: [3, 3],
    strides: [1, 1],
    dilation_rate: [1, 1],
    padding: 'valid',
    use_bias: true,
  });
  expect(configOf({ type: 'Conv1D', filters: 2, kernelSize: 3 }, [9, 1])).toMatchObject({
    kernel_size: [3],
    strides: [1],
  });
  expect(configOf({ type: 'MaxPooling2D', poolSize: [3, 2] }, [9, 9, 1])).toMatchObject({
    pool_size: [3, 2],
    strides: [3, 2],
  });
  expect(configOf({ type: 'ZeroPadding2D' }, [9, 9, 1]).padding).toEqual([
    [1, 1],
    [1, 1],
  ]);
  expect(configOf({ type: 'BatchNormalization' }, [9])).toMatchObject({
    axis: -1,
    momentum: 0.99,
    epsilon: 0.001,
  });
});

test.each<[LayerText, Numbers, string]>([
  [{ type: 'Conv2D', filters: 2, kernelSize: 3 }, [9, 3], 'needs [height, width, channels]'],
  [{ type: 'Conv1D', filters: 2, kernelSize: 3 }, [9, 9, 3], 'needs [steps, channels]'],
  [{ type: 'GlobalMaxPooling2D' }, [9], 'needs [height, width, channels]'],
  [{ type: 'LSTM', units: 3 }, [9], 'needs [steps, channels]'],
  [{ type: 'GRU', units: 3 }, [9, 8, 1], 'needs [steps, channels]'],
  [
    { type: 'Conv2D', filters: 2, kernelSize: [3, 4] },
    [9, 3, 1],
    'a window of 4 does not fit into an input of [9, 3]',
  ],
  [{ type: 'MaxPooling1D', poolSize: 10 }, [9, 1], 'a window of 10 does not fit'],
  [{ type: 'Conv1D', filters: 2, kernelSize: 3, dilationRate: 5 }, [9, 1], 'a window of 11 does not fit'],
  [
    { type: 'Conv1D', filters: 2, kernelSize: 3, dilationRate: 2, strides: 2 },
    [9, 1],
    '"strides" and "dilationRate" are both above 1',
  ],
])('%j on %j is refused', (layer, input, message) => {
  expect(() => shapeAfter(layer, input)).toThrow(message);
});

test.each([
  [{ type: 'Conv2D', filters: 2, kernelSize: [3] }],
  [{ type: 'Conv1D', filters: 2, kernelSize: [3, 3] }],
  [{ type: 'Conv2D', filters: 2, kernelSize: 0 }],
  [{ type: 'Conv2D', filters: 2, kernelSize: 3, padding: 'causal' }],
  [{ type: 'DepthwiseConv2D', kernelSize: 3, dilationRate: 2 }],
  [{ type: 'BatchNormalization', axis: 1 }],
  [{ type: 'BatchNormalization', momentum: 1 }],
  [{ type: 'MaxPooling2D', poolSize: 2000 }],
  [{ type: 'ZeroPadding2D', padding: [-1, 0] }],
  [{ type: 'LSTM', units: 0 }],
  [{ type: 'LSTM', units: 1025 }],
  [{ type: 'LSTM', units: 4, recurrentActivation: 'hard_sigmoid' }],
  [{ type: 'GRU', units: 4, resetAfter: false }],
  [{ type: 'SimpleRNN', units: 4, activation: 'relu' }],
])('%j is refused', (layer) => {
  expect(layerSpecSchema.safeParse(layer).success).toBe(false);
});

test('only rows of the table are layer types', () => {
  expect([isLayerType('Conv2D'), isLayerType('Conv3D'), isLayerType('toString')]).toEqual([
    true,
    false,
    false,
  ]);
});
