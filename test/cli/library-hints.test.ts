/** Every hint of a sketch that is refused is followed, and leads to one that is written. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
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
