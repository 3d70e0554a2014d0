import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { readModel, tfliteSource } from '../../src/formats/model-file.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { fixture } from '../fixtures.ts';

const keras = (name: string): Uint8Array => fixture('keras', name);

async function predict(bytes: Uint8Array, input: Float32Array): Promise<number[]> {
  const graph = await readModel(bytes, { name: 'model', loadShard: keras });
  return Array.from(createInterpreter(graph).invoke([input])[0] as Float32Array);
}

const random = createRandom(3, 'input');
const sample = Float32Array.from({ length: 72 }, () => random.normal());

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

test('TensorFlow.js and the three formats predict the same', async () => {
  const json = JSON.parse(Buffer.from(keras('model.json')).toString('utf8'));
  const loaded = await loadLayersModel({
    load: async () =>
      tf.io.getModelArtifactsForJSON(json, async (manifest) => [
        manifest.flatMap((group) => group.weights),
        Uint8Array.from(keras('weights.bin')).buffer,
      ]),
  });
  const expected = (loaded.predict(tf.tensor(sample, [1, 6, 6, 2])) as tf.Tensor).dataSync();
  const fromJson = await predict(keras('model.json'), sample);
  expect(expected.length).toBe(3);
  for (const [index, value] of expected.entries()) expect(fromJson[index]).toBeCloseTo(value, 6);
  expect(await predict(keras('tiny.h5'), sample)).toEqual(fromJson);
  expect(await predict(keras('tiny.keras'), sample)).toEqual(fromJson);
});

test('a .tflite file is known by its content too', async () => {
  const graph = await readModel(keras('tiny.h5'), { name: 'tiny.h5', loadShard: keras });
  expect(await predict(writeTflite(graph), sample)).toEqual(await predict(keras('tiny.h5'), sample));
});

function source(bytes: Uint8Array): string {
  return `unsigned char m[] = {${Array.from(bytes).join(',')}};\nunsigned int m_len = ${bytes.length};\n`;
}

test('C source is read through the model it holds, in UTF-8 and UTF-16', async () => {
  const tflite = writeTflite(await readModel(keras('tiny.h5'), { name: 'tiny.h5', loadShard: keras }));
  const utf8 = new TextEncoder().encode(source(tflite));
  const utf16 = Buffer.from(`\ufeff${source(tflite)}`, 'utf16le');
  for (const bytes of [utf8, utf16]) {
    expect(await predict(bytes, sample)).toEqual(await predict(tflite, sample));
    expect(tfliteSource(bytes, 'm.cc')).toEqual({ bytes: tflite, arrayName: 'm' });
  }
});

test('a model without the identifier TFL3 is read, and known to lack it, also in C source', async () => {
  const tflite = writeTflite(await readModel(keras('tiny.h5'), { name: 'tiny.h5', loadShard: keras }));
  const unnamed = tflite.slice();
  unnamed.fill(0, 4, 8);
  const text = new TextEncoder().encode(`unsigned char a[] = {1, 2, 3};\n${source(unnamed)}`);
  for (const bytes of [unnamed, text]) {
    expect(await predict(bytes, sample)).toEqual(await predict(tflite, sample));
    expect(tfliteSource(bytes, 'm')).toMatchObject({ bytes: unnamed, lacksIdentifier: true });
  }
  const both = new TextEncoder().encode(source(unnamed).replaceAll('m', 'n') + source(tflite));
  expect(tfliteSource(both, 'm')).toEqual({ bytes: tflite, arrayName: 'm' });
});

test('a .tflite model is its own source, a float model none, and unknown bytes are refused', () => {
  const bytes = Uint8Array.of(28, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33);
  expect(tfliteSource(bytes, 'm')?.bytes).toBe(bytes);
  expect(tfliteSource(keras('tiny.h5'), 'm')).toBeUndefined();
  expect(tfliteSource(keras('tiny.keras'), 'm')).toBeUndefined();
  expect(tfliteSource(keras('model.json'), 'm')).toBeUndefined();
  expect(() => tfliteSource(Uint8Array.of(1, 2, 3), 'm')).toThrow(
    expect.objectContaining({ kind: 'input', code: 'unknown-model-format' }),
  );
});

test('source without a model is refused by name', async () => {
  const bytes = new TextEncoder().encode('extern const unsigned char g_model[];');
  const refusal = { kind: 'input', message: 'model.h: The source has no array with values.' };
  await expect(readModel(bytes, { name: 'model.h', loadShard: keras })).rejects.toThrow(
    expect.objectContaining(refusal),
  );
  expect(() => tfliteSource(bytes, 'model.h')).toThrow(expect.objectContaining(refusal));
});

test.each([
  ['nothing', new Uint8Array(0)],
  ['a text', new TextEncoder().encode('model')],
  ['a list', new TextEncoder().encode('[]')],
])('%s is no model', async (_, bytes) => {
  await expect(readModel(bytes, { name: 'some.h5', loadShard: keras })).rejects.toThrow(
    expect.objectContaining({
      kind: 'input',
      code: 'unknown-model-format',
      message: 'some.h5 is no model file that tinyml knows.',
    }),
  );
});

test('errors name the file', async () => {
  await expect(
    readModel(keras('tiny.h5').subarray(0, 3000), { name: 'cut.h5', loadShard: keras }),
  ).rejects.toThrow(expect.objectContaining({ kind: 'input', message: expect.stringMatching(/^cut\.h5: /) }));
});
