import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { layers, loadLayersModel, sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import type { FloatModel } from '../../../src/core/float-model.ts';
import { bytesOf } from '../../../src/core/tensor.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { readTfjsModel } from '../../../src/formats/tfjs/read.ts';
import { writeTfjsModel } from '../../../src/formats/tfjs/write.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { createInitialWeights } from '../../../src/training/initial-weights.ts';
import { modelSpecSchema, toTopology } from '../../../src/training/model-spec.ts';

const topology = toTopology(
  modelSpecSchema.parse({
    layers: [
      { type: 'Dense', units: 6, activation: 'relu' },
      { type: 'Dropout', rate: 0.2 },
      { type: 'Reshape', targetShape: [2, -1] },
      { type: 'Dense', units: 3, activation: 'tanh' },
      { type: 'ReLU', maxValue: 6 },
      { type: 'Flatten' },
      { type: 'Dense', units: 4, useBias: false },
      { type: 'Softmax' },
    ],
  }),
  [3],
);
const model: FloatModel = { topology, weights: createInitialWeights(topology, 5) };
const sample = Float32Array.of(0.5, -1, 2);

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

function predict(written: FloatModel): number[] {
  return Array.from(createInterpreter(importKeras(written)).invoke([sample])[0] as Float32Array);
}

/** What `fetch` and a web server do for TensorFlow.js elsewhere. */
function handlerOf({ modelJson, weights }: { modelJson: string; weights: Uint8Array }): tf.io.IOHandler {
  const json = JSON.parse(modelJson);
  return {
    load: async () =>
      tf.io.getModelArtifactsForJSON(json, async () => [
        (json.weightsManifest as tf.io.WeightsManifestConfig).flatMap((group) => group.weights),
        weights.slice().buffer,
      ]),
  };
}

test('TensorFlow.js loads what is written and predicts the same', async () => {
  const loaded = await loadLayersModel(handlerOf(writeTfjsModel(model)));
  const expected = (loaded.predict(tf.tensor(sample, [1, 3])) as tf.Tensor).dataSync();
  const actual = predict(model);
  expect(actual.length).toBe(4);
  for (const [index, value] of actual.entries()) expect(value).toBeCloseTo(expected[index], 6);
});

test('what is written reads back as the same model', () => {
  const { modelJson, weights } = writeTfjsModel(model);
  expect(readTfjsModel(modelJson, () => weights)).toEqual(model);
  expect(writeTfjsModel(model)).toEqual({ modelJson, weights });
});

test('what TensorFlow.js saves is read and predicts the same', async () => {
  const original = sequential({
    layers: [
      layers.dense({ units: 5, activation: 'relu6', inputShape: [3] }),
      layers.dropout({ rate: 0.5 }),
      layers.reLU({}),
      layers.dense({ units: 2, activation: 'sigmoid' }),
    ],
  });
  let artifacts: tf.io.ModelArtifacts = {};
  await original.save(
    tf.io.withSaveHandler(async (saved) => {
      artifacts = saved;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const modelJson = JSON.stringify({
    format: 'layers-model',
    modelTopology: artifacts.modelTopology,
    weightsManifest: [{ paths: ['a.bin', 'sub/b.bin'], weights: artifacts.weightSpecs }],
  });
  const bytes = new Uint8Array(artifacts.weightData as ArrayBuffer);
  const shards: Record<string, Uint8Array> = {
    'a.bin': bytes.subarray(0, 7),
    'sub/b.bin': bytes.subarray(7),
  };
  const read = readTfjsModel(modelJson, (path) => shards[path]);
  const expected = (original.predict(tf.tensor(sample, [1, 3])) as tf.Tensor).dataSync();
  for (const [index, value] of predict(read).entries()) expect(value).toBeCloseTo(expected[index], 6);
});

const weightSpecs = [{ name: 'dense/bias', shape: [2], dtype: 'float32' }];
const twoFloats = bytesOf(Float32Array.of(1, 2));

function jsonWith(changes: object): string {
  return JSON.stringify({
    modelTopology: { class_name: 'Sequential', config: {} },
    weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }],
    ...changes,
  });
}

function manifestOf(paths: readonly string[], weights: readonly object[] = weightSpecs): object {
  return { weightsManifest: [{ paths, weights }] };
}

test('the base of the cases below is accepted', () => {
  expect(readTfjsModel(jsonWith({}), () => twoFloats).weights[0].data).toEqual(Float32Array.of(1, 2));
});

const nested = `${'['.repeat(50_000)}1${']'.repeat(50_000)}`;

test.each([
  ['text that is not JSON', '{', 'bad-tfjs-model'],
  ['a list', '[]', 'bad-tfjs-model'],
  ['a file without topology', jsonWith({ modelTopology: undefined }), 'bad-tfjs-model'],
  ['a topology that is not a model', jsonWith({ modelTopology: { model_config: [] } }), 'bad-tfjs-model'],
  ['endless nesting', jsonWith({ extra: 'nested' }).replace('"nested"', nested), 'bad-tfjs-model'],
  [
    'a negative dimension',
    jsonWith(manifestOf(['w'], [{ ...weightSpecs[0], shape: [-2] }])),
    'bad-tfjs-model',
  ],
  ['weights listed twice', jsonWith(manifestOf(['w'], [...weightSpecs, ...weightSpecs])), 'bad-tfjs-model'],
  ['a weight file listed twice', jsonWith(manifestOf(['w', 'w'])), 'bad-tfjs-model'],
  [
    'more bytes than files',
    jsonWith(manifestOf(['w'], [{ ...weightSpecs[0], shape: [3] }])),
    'bad-tfjs-model',
  ],
  [
    'more files than bytes',
    jsonWith(manifestOf(['w'], [{ ...weightSpecs[0], shape: [1] }])),
    'bad-tfjs-model',
  ],
  ['a path upwards', jsonWith(manifestOf(['a/../../w'])), 'unsafe-path'],
  ['a path upwards with backslashes', jsonWith(manifestOf(['a\\..\\w'])), 'unsafe-path'],
  ['an absolute path', jsonWith(manifestOf(['/etc/passwd'])), 'unsafe-path'],
  ['a drive', jsonWith(manifestOf(['C:w'])), 'unsafe-path'],
  ['an address', jsonWith(manifestOf(['https://x/w'])), 'unsafe-path'],
])('%s is an input error', (_, modelJson, code) => {
  expect(() => readTfjsModel(modelJson, () => twoFloats)).toThrow(
    expect.objectContaining({ kind: 'input', code }),
  );
});

test.each([
  ['int32 weights', jsonWith(manifestOf(['w'], [{ ...weightSpecs[0], dtype: 'int32' }])), 'tfjs-weight-type'],
  [
    'quantized weights',
    jsonWith(manifestOf(['w'], [{ ...weightSpecs[0], quantization: { dtype: 'uint8' } }])),
    'tfjs-weight-type',
  ],
  ['a graph model', JSON.stringify({ format: 'graph-model' }), 'tfjs-graph-model'],
  [
    'gigabytes of weights',
    jsonWith(manifestOf(['w'], [{ ...weightSpecs[0], shape: [2 ** 31, 2 ** 20] }])),
    'model-too-large',
  ],
])('%s is unsupported, and nothing is loaded', (_, modelJson, code) => {
  const load = (): Uint8Array => {
    throw new Error('loaded');
  };
  expect(() => readTfjsModel(modelJson, load)).toThrow(
    expect.objectContaining({ kind: 'unsupported', code }),
  );
});
