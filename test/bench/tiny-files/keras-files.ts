/** Keras and TensorFlow.js models of a few hundred bytes, of which networks are described that no machine holds. */

import { zipSync } from 'fflate';
import * as hdf5 from 'h5wasm';
import type { HostileFile } from './hostile-file.ts';

const layer = (className: string, config: object): object => ({ class_name: className, config });
const input = (...shape: number[]): object =>
  layer('InputLayer', { name: 'in', batch_input_shape: [null, ...shape], batch_shape: [null, ...shape] });
const sequential = (...layers: readonly object[]): object => ({
  class_name: 'Sequential',
  config: { name: 's', layers },
});
const dense = (units: number): object =>
  layer('Dense', { name: 'd', units, activation: 'linear', use_bias: false });

/** Without weights, so that nothing but numbers says how large they are. */
const NETWORKS: Readonly<Record<string, object>> = {
  'a long input': sequential(input(2 ** 31 - 1), layer('Activation', { name: 'a', activation: 'relu' })),
  'an input of 4 MB': sequential(input(2 ** 20), layer('Activation', { name: 'a', activation: 'relu' })),
  'an input of 32 MB': sequential(input(2 ** 23), layer('Activation', { name: 'a', activation: 'tanh' })),
  repeats: sequential(input(1), layer('RepeatVector', { name: 'r', n: 1e9 })),
  magnified: sequential(input(8, 8, 1), layer('UpSampling2D', { name: 'u', size: [4096, 4096] })),
  padded: sequential(
    input(8, 8, 1),
    layer('ZeroPadding2D', {
      name: 'z',
      padding: [
        [1e5, 1e5],
        [1e5, 1e5],
      ],
    }),
  ),
  averaged: sequential(
    input(500, 500, 1),
    layer('AveragePooling2D', { name: 'p', pool_size: [400, 400], strides: [1, 1], padding: 'same' }),
  ),
};

const modelJson = (network: object, weights: readonly object[] = []): string =>
  JSON.stringify({
    modelTopology: { model_config: network, keras_version: '2.4' },
    weightsManifest: weights.length === 0 ? [] : [{ paths: ['w.bin'], weights }],
  });

async function hdf5Bytes(fill: (file: hdf5.File) => void): Promise<Uint8Array> {
  const { FS } = await hdf5.ready;
  const path = '/tiny.h5';
  const file = new hdf5.File(path, 'w');
  fill(file);
  file.close();
  const bytes = FS.readFile(path);
  FS.unlink(path);
  return bytes;
}

function keras(network: object, weights: Uint8Array): Uint8Array {
  const text = (value: object | string): Uint8Array =>
    new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
  return zipSync(
    {
      'config.json': text(network),
      'metadata.json': text({ keras_version: '3.0.0' }),
      'model.weights.h5': weights,
    },
    { level: 9 },
  );
}

/** Zeros, packed by HDF5 and then by ZIP. */
function denseWeights(rows: number, columns: number): Promise<Uint8Array> {
  return hdf5Bytes((file) => {
    const vars = file.create_group('layers').create_group('dense').create_group('vars');
    vars.create_dataset({
      name: '0',
      data: new Float32Array(rows * columns),
      shape: [rows, columns],
      dtype: '<f4',
      chunks: [rows, columns],
      compression: 9,
    });
  });
}

const commandsFor = (path: string): readonly (readonly string[])[] => [
  ['inspect', path],
  ['convert', path, '--float', '-o', 'out.tflite'],
  ['diff', path, path],
];

/** Every network as a model.json, a .keras and an .h5 file, and weights of zeros that unpack to much. */
export async function kerasFiles(): Promise<readonly HostileFile[]> {
  const empty = await hdf5Bytes((file) => void file.create_group('layers'));
  const files: HostileFile[] = [];
  for (const [name, network] of Object.entries(NETWORKS)) {
    const h5 = await hdf5Bytes((file) => {
      file.create_attribute('model_config', JSON.stringify(network));
      file.create_group('model_weights');
    });
    for (const [path, content] of [
      ['model.json', modelJson(network)],
      ['m.keras', keras(network, empty)],
      ['m.h5', h5],
    ] as const) {
      files.push({ name: `${path}, ${name}`, files: { [path]: content }, commands: commandsFor(path) });
    }
  }
  for (const [rows, columns] of [
    [512, 1024],
    [2048, 4096],
    [4096, 8192],
  ]) {
    const content = keras(sequential(input(rows), dense(columns)), await denseWeights(rows, columns));
    const name = `m.keras, zeros ${rows}×${columns}, ${content.length} bytes`;
    files.push({ name, files: { 'm.keras': content }, commands: commandsFor('m.keras') });
  }
  const huge = { name: 'd/kernel', shape: [30_000, 8000], dtype: 'float32' };
  const text = modelJson(sequential(input(30_000), dense(8000)), [huge]);
  files.push({
    name: 'model.json, weights that are missing',
    files: { 'model.json': text, 'w.bin': new Uint8Array(16) },
    commands: commandsFor('model.json'),
  });
  return files;
}
