import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { readModel } from '../../../src/formats/model-file.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { type ConvertOptions, convertModel } from '../../../src/models/convert/convert-model.ts';
import { QUIET } from '../../models/quiet.ts';
import { graphBytes } from './graph-file.ts';
import { graphModelFiles } from './graph-model-file.ts';
import { loadFrom, savedModelFiles, type TestVariable } from './saved-model-file.ts';
import { BIAS, DENSE, FROZEN_NODES, KERNEL, SAVED_MODEL } from './test-network.ts';

function read(files: ReadonlyMap<string, Uint8Array>, name: string): Promise<Graph> {
  return readModel(files.get(name) ?? new Uint8Array(0), { loadShard: loadFrom(files) });
}

const SOURCES: Readonly<Record<string, () => Promise<Graph>>> = {
  'a frozen graph': () => readModel(graphBytes(FROZEN_NODES)),
  'a SavedModel': () => read(savedModelFiles(SAVED_MODEL, 'objects'), 'saved_model.pb'),
  'a graph model of TensorFlow.js': () => read(graphModelFiles(FROZEN_NODES), 'model.json'),
};

function layer(class_name: string, config: JsonObject): JsonObject {
  return { class_name, config: { ...config } };
}

function weight(name: string, { shape, values }: TestVariable) {
  return { name, shape, data: Float32Array.from(values) };
}

function kerasNetwork(): Graph {
  const layers = [
    layer('Conv2D', {
      name: 'conv',
      filters: 3,
      kernel_size: [3, 3],
      padding: 'same',
      activation: 'relu',
      batch_input_shape: [null, 4, 4, 2],
    }),
    layer('MaxPooling2D', { name: 'pool', pool_size: [2, 2] }),
    layer('Flatten', { name: 'flat' }),
    layer('Dense', { name: 'dense', units: 4, use_bias: false, activation: 'softmax' }),
  ];
  return importKeras({
    topology: { class_name: 'Sequential', config: { name: 'net', layers } },
    weights: [weight('conv/kernel', KERNEL), weight('conv/bias', BIAS), weight('dense/kernel', DENSE)],
  });
}

const CALIBRATION = arrayRecords({
  shape: [40, 4, 4, 2],
  data: Float32Array.from({ length: 40 * 32 }, (_, index) => Math.sin(index * 1.7)),
});

const FORMS: readonly (readonly [string, ConvertOptions])[] = [
  ['float32', { type: 'float' }],
  ['int8', { type: 'int8', calibration: CALIBRATION }],
];

describe.each(FORMS)('the same network as %s', (_, options) => {
  it.each(Object.entries(SOURCES))('%s has the bytes of the Keras model', async (_source, make) => {
    const [expected, actual] = await Promise.all(
      [kerasNetwork(), await make()].map((graph) => convertModel(graph, options, QUIET)),
    );
    expect(actual.bytes).toEqual(expected.bytes);
  });
});
