import { expect, test } from 'vitest';
import type { FloatModel, NamedWeight } from '../../../src/core/float-model.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';

function weight(name: string, shape: readonly number[], values: readonly number[]): NamedWeight {
  return { name, shape, data: Float32Array.from(values) };
}

function layer(className: string, config: object): JsonObject {
  return { class_name: className, config: { name: className.toLowerCase(), ...config } };
}

function sequentialOf(
  layers: readonly JsonObject[],
  inputShape: readonly (number | null)[] = [null, 2],
): JsonObject {
  const [first, ...rest] = layers;
  const config = { ...(first.config as JsonObject), batch_input_shape: inputShape };
  return { class_name: 'Sequential', config: { name: 's', layers: [{ ...first, config }, ...rest] } };
}

const kernel = weight('dense/kernel', [2, 3], [1, 2, 3, -4, -5, -6]);
const bias = weight('dense/bias', [3], [0.5, 0, -0.5]);
const dense = layer('Dense', { units: 3, activation: 'linear', use_bias: true });

function imported(topology: JsonObject, weights: readonly NamedWeight[] = [kernel, bias]): Graph {
  return importKeras({ topology, weights });
}

function kindsOf(graph: Graph): string[] {
  return graph.nodes.map(({ kind }) => kind);
}

function run(graph: Graph, input: readonly number[]): number[] {
  return Array.from(createInterpreter(graph).invoke([Float32Array.from(input)])[0] as Float32Array);
}

test('Dense multiplies by the transposed kernel', () => {
  const graph = imported(sequentialOf([dense]));
  expect(graph.nodes.map(({ kind, name, attributes }) => ({ kind, name, attributes }))).toEqual([
    { kind: 'fully_connected', name: 'dense', attributes: { activation: 'none', keepNumDims: false } },
  ]);
  expect([...graph.values.values()].map(({ name, type }) => [name, type.shape])).toEqual([
    ['input', [1, 2]],
    ['dense/kernel', [3, 2]],
    ['dense/bias', [3]],
    ['output', [1, 3]],
  ]);
  expect(run(graph, [10, 1])).toEqual([6.5, 15, 23.5]);
});

test('Dense on more dimensions keeps them', () => {
  const graph = imported(sequentialOf([dense], [null, 4, 2]));
  expect(graph.nodes[0].attributes).toEqual({ activation: 'none', keepNumDims: true });
  expect(getValue(graph, graph.outputs[0]).type.shape).toEqual([1, 4, 3]);
});

test('UpSampling1D repeats every step, in an image of height 1', () => {
  const graph = imported(sequentialOf([layer('UpSampling1D', { size: 3 })], [null, 2, 2]), []);
  expect(kindsOf(graph)).toContain('resize_nearest_neighbor');
  expect(getValue(graph, graph.outputs[0]).type.shape).toEqual([1, 6, 2]);
  expect(run(graph, [1, 2, 3, 4])).toEqual([1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4]);
});

test('UnitNormalization gives rows of length 1, and spares what is nothing', () => {
  const graph = imported(sequentialOf([layer('UnitNormalization', { axis: -1 })], [null, 2, 2]), []);
  expect(kindsOf(graph)).toEqual(['l2_normalization']);
  expect(run(graph, [3, 4, 0, 0])).toEqual([3 / 5, 4 / 5, 0, 0].map(Math.fround));
});

test('a Dense without bias has none', () => {
  const graph = imported(sequentialOf([layer('Dense', { units: 3, use_bias: false })]), [kernel]);
  expect(graph.nodes[0].inputs.length).toBe(2);
  expect(run(graph, [10, 1])).toEqual([6, 15, 24]);
});

test.each([
  ['relu', ['fully_connected'], 'relu'],
  ['relu6', ['fully_connected'], 'relu6'],
  ['softmax', ['fully_connected', 'softmax'], 'none'],
  ['sigmoid', ['fully_connected', 'logistic'], 'none'],
  ['tanh', ['fully_connected', 'tanh'], 'none'],
  [
    { module: 'builtins', class_name: 'function', config: 'relu', registered_name: 'function' },
    ['fully_connected'],
    'relu',
  ],
  [{ class_name: 'ReLU', config: {} }, ['fully_connected'], 'relu'],
  [null, ['fully_connected'], 'none'],
])('the activation %j becomes %j', (activation, kinds, fused) => {
  const graph = imported(sequentialOf([layer('Dense', { units: 3, activation })]));
  expect(kindsOf(graph)).toEqual(kinds);
  expect(graph.nodes[0].attributes).toMatchObject({ activation: fused });
});

test('layers become their operators, and those for training only vanish', () => {
  const graph = imported(
    sequentialOf([
      layer('GaussianNoise', { stddev: 1 }),
      dense,
      layer('ReLU', { name: 'r', max_value: null }),
      layer('ReLU', { name: 'r6', max_value: 6 }),
      layer('Activation', { name: 'nothing', activation: 'linear' }),
      layer('Activation', { activation: 'tanh' }),
      layer('Reshape', { target_shape: [-1, 1] }),
      layer('Flatten', {}),
      layer('Flatten', { name: 'again' }),
      layer('Softmax', { axis: -1 }),
      layer('Dropout', { rate: 0.5 }),
    ]),
  );
  expect(kindsOf(graph)).toEqual([
    'fully_connected',
    'relu',
    'relu6',
    'tanh',
    'reshape',
    'reshape',
    'softmax',
  ]);
  expect(getValue(graph, graph.outputs[0]).name).toBe('output');
  expect(graph.nodes.at(-1)?.outputs).toEqual(graph.outputs);
});

test('TensorFlow.js spells keys in camelCase in memory', () => {
  const topology = {
    class_name: 'Sequential',
    config: [
      { className: 'Dense', config: { name: 'dense', units: 3, useBias: true, batchInputShape: [null, 2] } },
    ],
  };
  expect(run(imported(topology), [10, 1])).toEqual([6.5, 15, 23.5]);
});

test('Keras 3 Sequential: an InputLayer and wrapped types', () => {
  const topology = {
    module: 'keras',
    class_name: 'Sequential',
    config: {
      name: 'sine',
      layers: [
        {
          module: 'keras.layers',
          class_name: 'InputLayer',
          config: { batch_shape: [null, 2], dtype: 'float32', name: 'input_layer' },
        },
        { ...dense, module: 'keras.layers', build_config: { input_shape: [null, 2] } },
      ],
      build_input_shape: [null, 2],
    },
  };
  expect(run(imported(topology), [10, 1])).toEqual([6.5, 15, 23.5]);
});

/** One layer on an input of the given shape (without batch). */
function single(
  className: string,
  config: object,
  shape: readonly number[],
  weights: readonly NamedWeight[] = [],
  version?: string,
): Graph {
  const topology = sequentialOf([layer(className, { name: 'l', ...config })], [null, ...shape]);
  return imported(version === undefined ? topology : { ...topology, keras_version: version }, weights);
}

test('a causal Conv1D sees the past only', () => {
  const config = { filters: 1, kernel_size: [2], dilation_rate: [2], padding: 'causal', use_bias: false };
  const graph = single('Conv1D', config, [4, 1], [weight('l/kernel', [2, 1, 1], [10, 1])]);
  expect(run(graph, [1, 2, 3, 4])).toEqual([1, 2, 13, 24]);
});

test('ZeroPadding1D, Cropping1D and DepthwiseConv1D work along the sequence', () => {
  expect(run(single('ZeroPadding1D', { padding: [2, 1] }, [2, 1]), [5, 6])).toEqual([0, 0, 5, 6, 0]);
  expect(run(single('Cropping1D', { cropping: [1, 2] }, [5, 1]), [1, 2, 3, 4, 5])).toEqual([2, 3]);
  const kernel1d = weight('l/depthwise_kernel', [2, 2, 1], [1, 10, 2, 20]);
  const depthwise = single('DepthwiseConv1D', { kernel_size: 2, use_bias: false }, [3, 2], [kernel1d]);
  expect(run(depthwise, [1, 1, 2, 2, 3, 3])).toEqual([5, 50, 8, 80]);
});

test('SeparableConv1D: every channel alone, then all together', () => {
  const config = { filters: 1, kernel_size: [2], depth_multiplier: 2, use_bias: true };
  const weights = [
    weight('l/depthwise_kernel', [2, 1, 2], [1, 2, 3, 4]),
    weight('l/pointwise_kernel', [1, 2, 1], [1, 10]),
    weight('l/bias', [1], [0.5]),
  ];
  expect(run(single('SeparableConv1D', config, [2, 1], weights), [1, 1])).toEqual([64.5]);
});

test('Subtract takes two', () => {
  const calls = {
    ...keras2Calls,
    second: [
      [
        ['dense', 0, 0, {}],
        ['dense', 0, 0, {}],
      ],
    ],
  };
  const topology = JSON.parse(
    JSON.stringify(functionalOf(calls)).replace('"ReLU"', '"Subtract"'),
  ) as JsonObject;
  expect(run(imported(topology), [3, 4])).toEqual([0, 0, 0]);
});

test.each([
  ['Keras 2', '2.4.0', [0, 0.1, 0.7, 1]],
  ['Keras 3', '3.15.1', [0, 1 / 6, 2 / 3, 1]],
])('hard_sigmoid has the slope of %s', (_, version, expected) => {
  const graph = single('Activation', { activation: 'hard_sigmoid' }, [4], [], version);
  const actual = run(graph, [-4, -2, 1, 4]);
  for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 6);
});

test.each([
  ['Activation', { activation: 'leaky_relu' }, -0.4, 2],
  ['LeakyReLU', {}, -0.6, 2],
  ['LeakyReLU', { negative_slope: 0.5 }, -1, 2],
  ['ReLU', { negative_slope: 0.5, max_value: 1 }, -1, 1],
  ['Activation', { activation: { class_name: 'ReLU', config: { max_value: 1 } } }, 0, 1],
])('%s %j', (className, config, negative, positive) => {
  const [a, b] = run(single(className, config, [2], [], '3.0.0'), [-2, 2]);
  expect(a).toBeCloseTo(negative, 6);
  expect(b).toBeCloseTo(positive, 6);
});

test('Normalization divides by the deviation, with statistics from weights or from the configuration', () => {
  const weights = [weight('l/mean', [2], [1, 2]), weight('l/variance', [2], [4, 0.25])];
  expect(run(single('Normalization', { axis: [-1] }, [2], weights), [3, 3])).toEqual([1, 2]);
  const given = { axis: [-1], mean: [[1, 2]], variance: [[4, 0.25]] };
  expect(run(single('Normalization', given, [2]), [3, 3])).toEqual([1, 2]);
  expect(run(single('Normalization', { ...given, invert: true }, [2]), [1, 2])).toEqual([3, 3]);
  const whole = [weight('l/mean', [], [1]), weight('l/variance', [], [4])];
  expect(run(single('Normalization', { axis: null }, [2], whole), [3, 5])).toEqual([1, 2]);
});

test('Rescaling takes numbers for each channel', () => {
  const scale = { class_name: '__numpy__', config: { value: [2, 10], dtype: 'float32' } };
  expect(run(single('Rescaling', { scale, offset: [0, 1] }, [2]), [1, 1])).toEqual([2, 11]);
});

test('pooling that keeps its dimensions', () => {
  const graph = single('GlobalAveragePooling1D', { keepdims: true }, [2, 2]);
  expect(getValue(graph, graph.outputs[0]).type.shape).toEqual([1, 1, 2]);
  expect(run(graph, [1, 2, 3, 4])).toEqual([2, 3]);
});

test('grouped convolutions see their own channels', () => {
  const config = { filters: 2, kernel_size: 1, groups: 2, use_bias: false };
  const graph = single('Conv2D', config, [1, 1, 2], [weight('l/kernel', [1, 1, 1, 2], [2, 3])]);
  expect(run(graph, [10, 100])).toEqual([20, 300]);
});

test('what the output does not need is left out', () => {
  const topology = functionalOf(keras2Calls) as unknown as { config: { layers: object[] } };
  const unused = { ...layer('LSTM', {}), name: 'unused', inbound_nodes: [[['in', 0, 0, {}]]] };
  topology.config.layers.push(unused);
  expect(kindsOf(imported(topology as unknown as JsonObject))).toEqual(['fully_connected', 'relu']);
});

const keras2Calls = {
  first: [[['in', 0, 0, {}]]],
  second: [[['dense', 0, 0, {}]]],
  ends: [[['in', 0, 0]], [['relu', 0, 0]]],
};
const keras3Tensor = (name: string): JsonObject => ({
  class_name: '__keras_tensor__',
  config: { shape: [null, 2], dtype: 'float32', keras_history: [name, 0, 0] },
});
const keras3Calls = {
  first: [{ args: [keras3Tensor('in')], kwargs: {} }],
  second: [{ args: [keras3Tensor('dense')], kwargs: { mask: null } }],
  ends: [
    ['in', 0, 0],
    ['relu', 0, 0],
  ],
};

function functionalOf({ first, second, ends }: typeof keras2Calls | typeof keras3Calls): JsonObject {
  const input = {
    class_name: 'InputLayer',
    name: 'in',
    config: { name: 'in', batch_shape: [null, 2] },
    inbound_nodes: [],
  };
  // The reader comes before what it reads.
  const layers = [
    { ...layer('ReLU', {}), name: 'relu', inbound_nodes: second },
    { ...dense, name: 'dense', inbound_nodes: first },
    input,
  ];
  return {
    class_name: 'Functional',
    config: { name: 'f', layers, input_layers: ends[0], output_layers: ends[1] },
  } as JsonObject;
}

test.each([
  ['Keras 2', keras2Calls],
  ['Keras 3', keras3Calls],
])('a Functional chain of %s', (_, calls) => {
  const graph = imported(functionalOf(calls));
  expect(kindsOf(graph)).toEqual(['fully_connected', 'relu']);
  expect(run(graph, [1, 1])).toEqual([0, 0, 0]);
});

test('a Functional model that cannot be ordered is an input error', () => {
  const loop = functionalOf({ ...keras2Calls, first: [[['relu', 0, 0, {}]]] });
  expect(() => imported(loop)).toThrow('reads what no layer makes');
});

test.each([
  ['a constant', { args: [keras3Tensor('dense'), 2], kwargs: {} }, 'call-arguments'],
  [
    'a tensor by keyword',
    { args: [keras3Tensor('dense')], kwargs: { y: keras3Tensor('in') } },
    'call-arguments',
  ],
  ['training=True', { args: [keras3Tensor('dense')], kwargs: { training: true } }, 'training-call'],
])('a layer called with %s is refused', (_, call, code) => {
  const topology = functionalOf({ ...keras3Calls, second: [call as (typeof keras3Calls.second)[number]] });
  expect(() => imported(topology)).toThrow(expect.objectContaining({ kind: 'unsupported', code }));
});

test('a mask that is not what Masking makes is refused', () => {
  const call = { args: [keras3Tensor('dense')], kwargs: { mask: keras3Tensor('in') } };
  const topology = functionalOf({ ...keras3Calls, second: [call as never] });
  expect(() => imported(topology)).toThrow(
    'told which steps count by "in", which is no mask of steps of zeros',
  );
});

test('a layer that is refused is named, not what Keras 3 writes beside it', () => {
  const called = functionalOf({
    ...keras3Calls,
    second: [{ args: [keras3Tensor('dense')], kwargs: { y: keras3Tensor('in') } }] as never,
  });
  const { layers } = called.config as { layers: JsonObject[] };
  const code = { ...layer('Lambda', {}), name: 'hides', inbound_nodes: keras3Calls.first };
  layers.push(code as JsonObject);
  expect(() => imported(called)).toThrow(/^Layer "hides" \(Lambda\): tinyml cannot compute Lambda layers/);
});

/** A model that calls the next one twice, `depth` times over. */
function doubling(depth: number): JsonObject {
  const inner = depth === 0 ? layer('ReLU', { name: 'm' }) : { ...doubling(depth - 1), name: 'm' };
  const base = depth === 0 ? 0 : 1;
  return {
    class_name: 'Functional',
    config: {
      name: 'f',
      layers: [
        {
          class_name: 'InputLayer',
          name: 'in',
          config: { name: 'in', batch_shape: [null, 2] },
          inbound_nodes: [],
        },
        { ...inner, name: 'm', inbound_nodes: [[['in', 0, 0, {}]], [['m', base, 0, {}]]] },
      ],
      input_layers: [['in', 0, 0]],
      output_layers: [['m', base + 1, 0]],
    },
  } as JsonObject;
}

test('models that multiply their layers are stopped', () => {
  expect(kindsOf(imported(doubling(2))).length).toBe(8);
  expect(() => imported(doubling(20))).toThrow('calls more than 10000 layers');
});

test.each([
  [1, 0],
  [true, false],
])('%s and %s are what Keras was given for booleans', (yes, no) => {
  const graph = imported(
    sequentialOf([
      layer('Dense', { units: 3, use_bias: no }),
      layer('BatchNormalization', { name: 'b', scale: yes, center: no }),
    ]),
    [
      kernel,
      weight('b/gamma', [3], [2, 2, 2]),
      weight('b/moving_mean', [3], [0, 0, 0]),
      weight('b/moving_variance', [3], [0.999, 0.999, 0.999]),
    ],
  );
  expect(run(graph, [10, 1])).toEqual([12, 30, 48]);
});

test('weights may carry scopes and ":0"', () => {
  const weights = [
    { ...kernel, name: 'model/dense/kernel:0' },
    { ...bias, name: 'model/dense/bias:0' },
  ];
  expect(run(imported(sequentialOf([dense]), weights), [10, 1])).toEqual([6.5, 15, 23.5]);
});

test.each<[string, Partial<FloatModel>, string, string]>([
  [
    'a missing weight',
    { weights: [kernel] },
    'input',
    'Layer "dense" (Dense): its weight "dense/bias" is missing.',
  ],
  [
    'a misshapen weight',
    { weights: [{ ...kernel, shape: [3, 2] }, bias] },
    'input',
    'Layer "dense" (Dense): its weight "dense/kernel" has shape [3, 2] instead of [2, 3].',
  ],
  [
    'a weight that is no number',
    { weights: [kernel, weight('dense/bias', [3], [0, Number.NaN, 0])] },
    'input',
    'its weight "dense/bias" is not finite (NaN at index 1): its training diverged.',
  ],
  [
    'a negative variance',
    {
      topology: sequentialOf([layer('BatchNormalization', { name: 'b', scale: false, center: false })]),
      weights: [weight('b/moving_mean', [2], [0, 0]), weight('b/moving_variance', [2], [1, -1])],
    },
    'input',
    'one of its constants becomes NaN.',
  ],
  [
    'absurd padding',
    { topology: sequentialOf([layer('ZeroPadding1D', { padding: 1e9 })], [null, 4, 2]) },
    'unsupported',
    'no microcontroller holds it.',
  ],
  [
    'more cropping than there is',
    { topology: sequentialOf([layer('Cropping1D', { cropping: 2 })], [null, 4, 2]) },
    'input',
    'it crops everything from [1, 4, 2].',
  ],
  [
    'a repeated ConvLSTM1D',
    { topology: sequentialOf([layer('TimeDistributed', { layer: layer('ConvLSTM1D', {}) })], [null, 4, 2]) },
    'unsupported',
    'it repeats a "ConvLSTM1D" layer over time',
  ],
  [
    'an axis that is not there',
    { topology: sequentialOf([layer('BatchNormalization', { axis: 7 })]) },
    'input',
    'axis 7 does not exist',
  ],
  [
    'normalization of positions',
    { topology: sequentialOf([layer('BatchNormalization', { axis: [1] })], [null, 4, 2]) },
    'unsupported',
    'normalizes along axis 1',
  ],
  [
    'a convolution of a vector',
    { topology: sequentialOf([layer('Conv2D', { filters: 1, kernel_size: [1, 1] })]) },
    'input',
    'it needs an input of 4 dimensions with the batch, not [1, 2].',
  ],
  [
    'a convolution of channels first',
    {
      topology: sequentialOf(
        [layer('Conv2D', { filters: 1, kernel_size: [1, 1], data_format: 'channels_first' })],
        [null, 4, 4, 2],
      ),
    },
    'unsupported',
    'its "data_format" is "channels_first"',
  ],
  [
    'an unknown layer',
    { topology: sequentialOf([dense, layer('ConvLSTM1D', { units: 4 })]) },
    'unsupported',
    'Layer "convlstm1d" (ConvLSTM1D): tinyml cannot compute ConvLSTM1D layers on a microcontroller: its steps',
  ],
  [
    'a layer named after a property of every object',
    { topology: sequentialOf([dense, layer('constructor', {})]) },
    'unsupported',
    'Layer "constructor" (constructor): tinyml cannot compute constructor layers on a microcontroller.',
  ],
  [
    'an unknown activation',
    { topology: sequentialOf([layer('Dense', { units: 3, activation: 'sparsemax' })]) },
    'unsupported',
    'Layer "dense" (Dense): the activation "sparsemax" cannot be converted.',
  ],
  [
    'vectors of length 1 over samples',
    { topology: sequentialOf([layer('UnitNormalization', { axis: [0, 1] })], [null, 4, 2]) },
    'input',
    'Layer "unitnormalization" (UnitNormalization): it works along the axes 0, 1, which are no axes of one sample.',
  ],
  [
    'a softmax over an axis that is not there',
    { topology: sequentialOf([layer('Softmax', { axis: 99 })], [null, 4, 2]) },
    'input',
    'axis 99 does not exist in an input of 3 dimensions.',
  ],
  [
    'a layer normalization over nothing',
    { topology: sequentialOf([layer('LayerNormalization', { axis: [] })], [null, 4, 2]) },
    'input',
    'it works along the axes of none, which are no axes of one sample.',
  ],
  [
    'a layer normalization over an axis twice',
    { topology: sequentialOf([layer('LayerNormalization', { axis: [1, -2] })], [null, 4, 2]) },
    'input',
    'it works along the axes 1, 1, which are no axes of one sample.',
  ],
  [
    'an axis that is no whole number',
    { topology: sequentialOf([layer('RMSNormalization', { axis: 1.5 })], [null, 4, 2]) },
    'input',
    'axis 1.5 does not exist',
  ],
  [
    'a negative epsilon',
    { topology: sequentialOf([layer('RMSNormalization', { epsilon: -1 })], [null, 4, 2]) },
    'input',
    '"epsilon" is -1, which is below 0.',
  ],
  [
    'no groups',
    { topology: sequentialOf([layer('GroupNormalization', { groups: 0 })], [null, 4, 2]) },
    'input',
    '"groups" is 0 for 2 channels.',
  ],
  [
    'groups that do not divide the channels',
    { topology: sequentialOf([layer('GroupNormalization', { groups: 3 })], [null, 4, 8]) },
    'input',
    '"groups" is 3 for 8 channels.',
  ],
  [
    'groups of two axes',
    { topology: sequentialOf([layer('GroupNormalization', { groups: 2, axis: [1, 2] })], [null, 4, 8]) },
    'input',
    '"axis" names 2 axes instead of one.',
  ],
  [
    'spectral normalization of nothing',
    { topology: sequentialOf([layer('SpectralNormalization', {})]) },
    'input',
    'it wraps no layer.',
  ],
  [
    'a flatten of channels',
    { topology: sequentialOf([layer('Flatten', { data_format: 'channels_first' })], [null, 4, 2]) },
    'unsupported',
    'its "data_format" is "channels_first"',
  ],
  [
    'an impossible reshape',
    { topology: sequentialOf([layer('Reshape', { target_shape: [3] })]) },
    'input',
    'its input of shape [1, 2] cannot become [3].',
  ],
  [
    'units that are no number',
    { topology: sequentialOf([layer('Dense', { units: 'many' })]) },
    'input',
    '"units" is "many" instead of a whole number below 2^31.',
  ],
  [
    'booleans that are none',
    { topology: sequentialOf([layer('Dense', { units: 3, use_bias: 2 })]) },
    'input',
    '"use_bias" is 2 instead of true or false.',
  ],
  [
    'strides that no chip counts',
    {
      topology: sequentialOf(
        [layer('MaxPooling1D', { pool_size: 1, strides: 2 ** 31, padding: 'same' })],
        [null, 4, 2],
      ),
    },
    'input',
    '"strides" is 2147483648 instead of 1 whole numbers above 0 and below 2^31.',
  ],
  [
    'an open length',
    { topology: sequentialOf([dense], [null, null, 2]) },
    'unsupported',
    'Layer "dense" takes inputs of any length',
  ],
  [
    'no input shape',
    { topology: { class_name: 'Sequential', config: { layers: [dense] } } },
    'input',
    'does not tell the shape of the input',
  ],
  [
    'two layers of one name',
    { topology: sequentialOf([dense, dense]) },
    'input',
    'two layers have the same name',
  ],
  [
    'a model without layers',
    { topology: { class_name: 'Sequential', config: { layers: [] } } },
    'input',
    'it has no layers',
  ],
  [
    'a model that computes nothing',
    { topology: sequentialOf([layer('Dropout', { rate: 0.1 })]) },
    'unsupported',
    'no layer that computes',
  ],
  [
    'a subclassed model',
    { topology: { class_name: 'MyModel', config: {} } },
    'unsupported',
    'The model is of class "MyModel"',
  ],
])('%s is refused by name', (_, model, kind, message) => {
  const whole: FloatModel = { topology: sequentialOf([dense]), weights: [kernel, bias], ...model };
  expect(() => importKeras(whole)).toThrow(
    expect.objectContaining({ kind, message: expect.stringContaining(message) }),
  );
});
