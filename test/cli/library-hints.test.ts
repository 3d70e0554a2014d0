/** Every hint of a sketch that is refused is followed, and leads to one that is written. */

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { elementCount } from '../../src/core/tensor.ts';
import { writeNpy } from '../../src/data/records/npy.ts';
import { importModel } from '../../src/formats/model-file.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { getValue } from '../../src/ir/graph.ts';
import { graphOf } from '../passes/run-pass.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/tflm/${name}.tflite`, import.meta.url));

afterAll(removeFolders);

const LIBRARIES = ['chirale', 'arduino-tflm'] as const;

async function hintOf(folder: string, model: string, library: string): Promise<string> {
  const { code, stderr } = await runMain(folder, ['export-c', model, '--arduino', 'a', '--library', library]);
  expect(code).toBe(4);
  return stderr.split('hint').at(-1) ?? '';
}

describe.each(LIBRARIES)('a refusal of %s', (library) => {
  it('of Dense layers with a scale for each unit names the conversion that cures it, with the same outputs', async () => {
    const folder = makeFolder();
    const model = fixture('fc_int8_per_channel');
    const hint = await hintOf(folder, model, library);
    expect(hint).toContain(`"tinyml convert MODEL --library ${library} -o new.tflite"`);
    const conversion = ['convert', model, '--library', library, '-o', 'new.tflite'];
    expect((await runMain(folder, conversion)).code).toBe(0);
    const sketch = ['export-c', 'new.tflite', '--arduino', 'b', '--library', library];
    expect(await runMain(folder, sketch)).toMatchObject({ code: 0 });

    const random = createRandom(9, 'library hints');
    const [before, after] = [model, join(folder, 'new.tflite')].map((path) =>
      createInterpreter(readTflite(readFileSync(path)).graph),
    );
    const [{ shape }] = before.inputs;
    for (let record = 0; record < 20; record++) {
      const x = Int8Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.below(256) - 128);
      expect(after.invoke([x])).toEqual(before.invoke([x]));
    }
  });

  it('of products of computed matrices in float32 names the conversion that has layers in their place', async () => {
    const folder = makeFolder();
    const product = graphOf((b) => [
      b.add('batch_matmul', 'y', { adjX: false, adjY: true }, [b.in('a', 2, 3, 5), b.in('b', 2, 4, 5)]),
    ]);
    writeFileSync(join(folder, 'product.tflite'), writeTflite(product));
    const hint = await hintOf(folder, 'product.tflite', library);
    expect(hint).toContain(`"tinyml convert MODEL --float --library ${library} -o new.tflite"`);
    const conversion = ['convert', 'product.tflite', '--float', '--library', library, '-o', 'new.tflite'];
    expect(await runMain(folder, conversion)).toMatchObject({ code: 0, stderr: '' });
    const sketch = ['export-c', 'new.tflite', '--arduino', 'b', '--library', library];
    expect(await runMain(folder, sketch)).toMatchObject({ code: 0 });
    const random = createRandom(9, 'factors');
    const factors = [30, 40].map((length) => Float32Array.from({ length }, () => random.normal()));
    const { graph } = readTflite(readFileSync(join(folder, 'new.tflite')));
    expect(createInterpreter(graph).invoke(factors)).toEqual(createInterpreter(product).invoke(factors));
  });

  it('of what no conversion cures names TensorFlow Lite Micro, and no library that refuses it too', async () => {
    const folder = makeFolder();
    const model = fixture('reduce_min_axis1');
    const hint = await hintOf(folder, model, library);
    expect(hint).not.toContain('convert');
    expect(hint).not.toContain('--library');
    expect(hint).toContain('--tflm');
    expect((await runMain(folder, ['export-c', model, '--tflm', 'b'])).code).toBe(0);
  });
});

it('a file that is quantized already says which flags change nothing', async () => {
  const folder = makeFolder();
  const { code, stderr } = await runMain(folder, [
    'convert',
    fixture('fc_int8_per_channel'),
    '--no-dense-per-channel',
    '-o',
    'new.tflite',
  ]);
  expect(code).toBe(0);
  expect(stderr).toContain('--no-dense-per-channel changes nothing');
});

it.each([
  ['chirale', /^warning Chirale_TensorFLowLite does not run the file as it is meant: LEAKY_RELU: /],
  ['arduino-tflm', /^$/],
  ['tflm', /^$/],
])('a conversion for %s says what that library still refuses', async (library, stderr) => {
  const folder = makeFolder();
  const argv = ['convert', fixture('leakyrelu_alpha_neg'), '--library', library, '-o', 'new.tflite'];
  expect(await runMain(folder, argv)).toMatchObject({ code: 0, stderr: expect.stringMatching(stderr) });
});

it('a float model of another tool is told the conversions to int8 and to float32, which can be pasted', async () => {
  const folder = makeFolder();
  const model = fileURLToPath(new URL('../../fixtures/keras/tiny.h5', import.meta.url));
  copyFileSync(model, join(folder, 'net.h5'));
  const { code, stderr } = await runMain(folder, ['export-c', 'net.h5', '--arduino', 'a']);
  expect(code).toBe(3);
  const proposed = [...stderr.matchAll(/"tinyml (convert [^"]*)"/g)].map(([, command]) => command.split(' '));
  expect(proposed.map(([, , form]) => form)).toEqual(['--int8', '--float']);
  const { graph } = await importModel(readFileSync(model));
  const { shape } = getValue(graph, graph.inputs[0]).type;
  const records = shape.with(0, 8);
  const data = Float32Array.from({ length: elementCount(records) }, (_, i) => Math.sin(i));
  writeFileSync(join(folder, 'x.npy'), writeNpy('float32', records, data));
  for (const [index, command] of proposed.entries()) {
    expect(await runMain(folder, command)).toMatchObject({ code: 0 });
    expect(await runMain(folder, ['export-c', 'model.tflite', '--arduino', `b${index}`])).toMatchObject({
      code: 0,
    });
  }
});
