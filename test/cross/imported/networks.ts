/** Networks of every format on their way to a chip: small ones that are written here, and recorded ones of ../shared. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import { writeNpy } from '../../../src/data/records/npy.ts';
import { onnxBytes } from '../../formats/onnx/onnx-file.ts';
import { constant, graphBytes, integers, placeholder } from '../../formats/tensorflow/graph-file.ts';
import { sharedPath } from '../../shared.ts';

/** A model on the disk, and how samples of its inputs are given. */
export interface ImportedNetwork {
  readonly name: string;
  /** The argument of `tinyml convert`. */
  readonly model: string;
  /** Those of `--calibration` and of `--input`. */
  readonly calibration: string;
}

/** Writes a network into an empty folder. */
export type MakeNetwork = (folder: string) => ImportedNetwork;

const SAMPLES = 40;

function values(seed: string, shape: readonly number[]): number[] {
  const random = createRandom(1, seed);
  return Array.from({ length: elementCount(shape) }, () => random.normal() / 2);
}

function samples(folder: string, name: string, shape: readonly number[]): string {
  const all = [SAMPLES, ...shape];
  writeFileSync(join(folder, name), writeNpy('float32', all, Float32Array.from(values(name, all))));
  return join(folder, name);
}

/** A convolution, a mean, a dense layer: as `freeze` writes them. */
const FROZEN: MakeNetwork = (folder) => {
  const strides = { strides: [1, 1, 1, 1], padding: 'SAME' };
  const bytes = graphBytes([
    placeholder('x', [-1, 6, 6, 2]),
    constant('w', [3, 3, 2, 4], values('w', [3, 3, 2, 4])),
    { name: 'conv', operator: 'Conv2D', inputs: ['x', 'w'], attributes: strides },
    constant('b', [4], values('b', [4])),
    { name: 'biased', operator: 'BiasAdd', inputs: ['conv', 'b'] },
    { name: 'relu', operator: 'Relu', inputs: ['biased'] },
    integers('axes', [2], [1, 2]),
    { name: 'mean', operator: 'Mean', inputs: ['relu', 'axes'] },
    constant('v', [4, 3], values('v', [4, 3])),
    { name: 'dense', operator: 'MatMul', inputs: ['mean', 'v'] },
    { name: 'y', operator: 'Softmax', inputs: ['dense'] },
  ]);
  writeFileSync(join(folder, 'net.pb'), bytes);
  return {
    name: 'frozen graph',
    model: join(folder, 'net.pb'),
    calibration: samples(folder, 'x.npy', [6, 6, 2]),
  };
};

/** Two inputs and two outputs, the channels of one of them first. */
const ONNX: MakeNetwork = (folder) => {
  const weights = (name: string, shape: readonly number[]) => ({ name, shape, values: values(name, shape) });
  const bytes = onnxBytes({
    inputs: [
      { name: 'image', shape: [1, 2, 6, 6] },
      { name: 'meta', shape: [1, 5] },
    ],
    outputs: ['class', 'value'],
    constants: [weights('w', [4, 2, 3, 3]), weights('v', [3, 9]), weights('u', [1, 9])],
    nodes: [
      {
        operator: 'Conv',
        inputs: ['image', 'w'],
        outputs: ['c'],
        attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
      },
      { operator: 'Relu', inputs: ['c'], outputs: ['r'] },
      { operator: 'GlobalAveragePool', inputs: ['r'], outputs: ['m'] },
      { operator: 'Flatten', inputs: ['m'], outputs: ['f'] },
      { operator: 'Concat', inputs: ['f', 'meta'], outputs: ['all'], attributes: { axis: 1 } },
      { operator: 'Gemm', inputs: ['all', 'v'], outputs: ['logits'], attributes: { transB: 1 } },
      { operator: 'Softmax', inputs: ['logits'], outputs: ['class'], attributes: { axis: 1 } },
      { operator: 'Gemm', inputs: ['all', 'u'], outputs: ['value'], attributes: { transB: 1 } },
    ],
  });
  writeFileSync(join(folder, 'net.onnx'), bytes);
  const image = samples(folder, 'image.npy', [2, 6, 6]);
  const meta = samples(folder, 'meta.npy', [5]);
  return {
    name: 'ONNX, two inputs and two outputs',
    model: join(folder, 'net.onnx'),
    calibration: `image=${image},meta=${meta}`,
  };
};

/** An LSTM of 3 units over 5 steps and a dense layer, as TensorFlow.js saves the layers. */
const LSTM: MakeNetwork = (folder) => {
  const weights = [
    { name: 'lstm/kernel', shape: [2, 12], dtype: 'float32' },
    { name: 'lstm/recurrent_kernel', shape: [3, 12], dtype: 'float32' },
    { name: 'lstm/bias', shape: [12], dtype: 'float32' },
    { name: 'dense/kernel', shape: [3, 2], dtype: 'float32' },
    { name: 'dense/bias', shape: [2], dtype: 'float32' },
  ];
  const layers = [
    { class_name: 'LSTM', config: { name: 'lstm', units: 3, batch_input_shape: [null, 5, 2] } },
    { class_name: 'Dense', config: { name: 'dense', units: 2, activation: 'softmax' } },
  ];
  const model = {
    format: 'layers-model',
    modelTopology: { class_name: 'Sequential', config: { name: 'net', layers } },
    weightsManifest: [{ paths: ['weights.bin'], weights }],
  };
  const data = weights.flatMap(({ name, shape }) => values(name, shape));
  mkdirSync(join(folder, 'lstm'));
  writeFileSync(join(folder, 'lstm', 'model.json'), JSON.stringify(model));
  writeFileSync(join(folder, 'lstm', 'weights.bin'), new Uint8Array(Float32Array.from(data).buffer));
  return { name: 'LSTM layers', model: join(folder, 'lstm'), calibration: samples(folder, 'x.npy', [5, 2]) };
};

export const MADE: readonly MakeNetwork[] = [FROZEN, ONNX, LSTM];

/** `[name, model, folder of its samples]`, below `import` of ../shared. */
const RECORDED = [
  ['SavedModel', 'saved_model/cnn/saved_model', 'saved_model/cnn'],
  ['frozen graph', 'frozen/dscnn/dscnn.pb', 'frozen/dscnn'],
  ['TensorFlow.js graph', 'tfjs/ae/web_model/model.json', 'saved_model/ae'],
  ['Keras LSTM', 'keras/lstm_last/lstm_last.keras', 'keras/lstm_last'],
  ['Keras, two inputs', 'keras/two_in/two_in.keras', 'keras/two_in'],
] as const;

export const RECORDED_NETWORKS: readonly ImportedNetwork[] = RECORDED.flatMap(([name, model, folder]) => {
  const path = sharedPath('import', model);
  if (path === undefined) return [];
  const single = sharedPath('import', folder, 'x_calib.npy');
  const [image, meta] = ['x_calib_0.npy', 'x_calib_1.npy'].map((file) => sharedPath('import', folder, file));
  return [{ name, model: path, calibration: single ?? `image=${image},meta=${meta}` }];
});
