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
    'an unknown layer',
    { topology: sequentialOf([dense, layer('LSTM', { units: 4 })]) },
    'unsupported',
    'Layer "lstm" (LSTM): tinyml cannot compute LSTM layers on a microcontroller: recurrent layers',
  ],
  [
    'a layer named after a property of every object',
    { topology: sequentialOf([dense, layer('constructor', {})]) },
    'unsupported',
    'Layer "constructor" (constructor): tinyml cannot compute constructor layers on a microcontroller.',
  ],
  [
    'an unknown activation',
    { topology: sequentialOf([layer('Dense', { units: 3, activation: 'gelu' })]) },
    'unsupported',
    'Layer "dense" (Dense): the activation "gelu" cannot be converted.',
  ],
  [
    'another ReLU',
    { topology: sequentialOf([layer('ReLU', { threshold: 1 })]) },
    'unsupported',
    'Layer "relu" (ReLU): a ReLU with a "threshold"',
  ],
  [
    'a softmax over positions',
    { topology: sequentialOf([layer('Softmax', { axis: 1 })], [null, 4, 2]) },
    'unsupported',
    'along axis 1',
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
    '"units" is "many" instead of a whole number.',
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
