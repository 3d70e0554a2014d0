/** Writes fixtures/keras: one small network as .h5, as .keras and as model.json, with the same weights. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import * as hdf5 from 'h5wasm';

const FOLDER = fileURLToPath(new URL('../../fixtures/keras/', import.meta.url));
const KERAS_VERSION = '3.15.1';

let state = 1;

/** Numbers between −1 and 1 from a linear congruential generator. */
function draw(length) {
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

function weight(name, shape, data = draw(shape.reduce((count, size) => count * size, 1))) {
  return { name, shape, data };
}

const positive = (length) => draw(length).map((value) => 1 + value / 2);

/** In the order of the layers and of their weights. */
const LAYERS = [
  {
    className: 'InputLayer',
    config: { name: 'image', batch_shape: [null, 6, 6, 2] },
    reads: [],
    weights: [],
  },
  {
    className: 'Conv2D',
    config: {
      name: 'conv',
      filters: 4,
      kernel_size: [3, 3],
      strides: [1, 1],
      padding: 'same',
      activation: 'linear',
      use_bias: false,
    },
    reads: ['image'],
    weights: [weight('kernel', [3, 3, 2, 4])],
  },
  {
    className: 'BatchNormalization',
    config: { name: 'norm', axis: -1, epsilon: 0.001, center: true, scale: true },
    reads: ['conv'],
    weights: [
      weight('gamma', [4]),
      weight('beta', [4]),
      weight('moving_mean', [4]),
      weight('moving_variance', [4], positive(4)),
    ],
  },
  { className: 'ReLU', config: { name: 'relu', max_value: 6 }, reads: ['norm'], weights: [] },
  {
    className: 'DepthwiseConv2D',
    config: {
      name: 'depthwise',
      kernel_size: [3, 3],
      strides: [1, 1],
      padding: 'same',
      depth_multiplier: 1,
      activation: 'linear',
      use_bias: true,
    },
    reads: ['relu'],
    weights: [weight('depthwise_kernel', [3, 3, 4, 1]), weight('bias', [4])],
  },
  { className: 'Add', config: { name: 'sum' }, reads: ['relu', 'depthwise'], weights: [] },
  {
    className: 'Dense',
    config: { name: 'mix', units: 4, activation: 'relu', use_bias: true },
    reads: ['sum'],
    weights: [weight('kernel', [4, 4]), weight('bias', [4])],
  },
  { className: 'GlobalAveragePooling2D', config: { name: 'pool' }, reads: ['mix'], weights: [] },
  {
    className: 'Dense',
    config: { name: 'classes', units: 3, activation: 'softmax', use_bias: true },
    reads: ['pool'],
    weights: [weight('kernel', [4, 3]), weight('bias', [3])],
  },
];

const keras2Call = (reads) => (reads.length === 0 ? [] : [reads.map((name) => [name, 0, 0, {}])]);

function keras3Call(reads) {
  const tensors = reads.map((name) => ({
    class_name: '__keras_tensor__',
    config: { shape: [null], dtype: 'float32', keras_history: [name, 0, 0] },
  }));
  return reads.length === 0 ? [] : [{ args: tensors.length === 1 ? tensors : [tensors], kwargs: {} }];
}

function modelConfig(call, shapeKey, ends) {
  const layers = LAYERS.map(({ className, config: { batch_shape: shape, ...config }, reads }) => ({
    class_name: className,
    config: shape === undefined ? config : { ...config, [shapeKey]: shape },
    name: config.name,
    inbound_nodes: call(reads),
  }));
  return { class_name: 'Functional', config: { name: 'tiny', layers, ...ends } };
}

const keras3Config = modelConfig(keras3Call, 'batch_shape', {
  input_layers: ['image', 0, 0],
  output_layers: [['classes', 0, 0]],
});

async function hdf5Bytes(fill) {
  const { FS } = await hdf5.ready;
  const file = new hdf5.File('/fixture.h5', 'w');
  fill(file);
  file.close();
  const bytes = FS.readFile('/fixture.h5');
  FS.unlink('/fixture.h5');
  return bytes;
}

function writeWeights(group, weights, nameOf) {
  for (const [index, { name, shape, data }] of weights.entries()) {
    group.create_dataset({ name: nameOf(name, index), data, shape, dtype: '<f' });
  }
}

const h5 = await hdf5Bytes((file) => {
  file.create_attribute('keras_version', KERAS_VERSION);
  file.create_attribute('model_config', JSON.stringify(keras3Config));
  const root = file.create_group('model_weights');
  root.create_attribute(
    'layer_names',
    LAYERS.map(({ config }) => config.name),
  );
  for (const { config, weights } of LAYERS) {
    const group = root.create_group(config.name);
    if (weights.length === 0) continue;
    group.create_attribute(
      'weight_names',
      weights.map(({ name }) => `${config.name}/${name}`),
    );
    writeWeights(group.create_group(config.name), weights, (name) => name);
  }
});

const snakeCase = {
  Conv2D: 'conv2d',
  BatchNormalization: 'batch_normalization',
  DepthwiseConv2D: 'depthwise_conv2d',
  Dense: 'dense',
};

const variables = await hdf5Bytes((file) => {
  const root = file.create_group('layers');
  const counts = {};
  for (const { className, weights } of LAYERS) {
    if (weights.length === 0) continue;
    const base = snakeCase[className];
    const count = counts[base] ?? 0;
    counts[base] = count + 1;
    const group = root.create_group(count === 0 ? base : `${base}_${count}`).create_group('vars');
    writeWeights(group, weights, (_, index) => String(index));
  }
});

const text = (value) => new TextEncoder().encode(JSON.stringify(value));
const keras = zipSync(
  {
    'metadata.json': text({ keras_version: KERAS_VERSION }),
    'config.json': text(keras3Config),
    'model.weights.h5': variables,
  },
  { mtime: new Date(1980, 0, 1) },
);

const allWeights = LAYERS.flatMap(({ config, weights }) =>
  weights.map((one) => ({ ...one, name: `${config.name}/${one.name}` })),
);
const modelJson = {
  format: 'layers-model',
  modelTopology: {
    keras_version: 'tfjs-layers 4.22.0',
    model_config: modelConfig(keras2Call, 'batch_input_shape', {
      input_layers: [['image', 0, 0]],
      output_layers: [['classes', 0, 0]],
    }),
  },
  weightsManifest: [
    {
      paths: ['weights.bin'],
      weights: allWeights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
    },
  ],
};

mkdirSync(FOLDER, { recursive: true });
writeFileSync(`${FOLDER}tiny.h5`, h5);
writeFileSync(`${FOLDER}tiny.keras`, keras);
writeFileSync(`${FOLDER}model.json`, `${JSON.stringify(modelJson)}\n`);
writeFileSync(`${FOLDER}weights.bin`, Buffer.concat(allWeights.map(({ data }) => Buffer.from(data.buffer))));
