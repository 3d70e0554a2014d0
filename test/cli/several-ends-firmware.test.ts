/** Firmware of models with several inputs and outputs, which has their names. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runOnCortexM4 } from '../cross/compile.ts';
import { missingCortexM4 } from '../cross/probe.ts';
import { removeFolders, runMain } from './run-main.ts';
import { folderWithModel } from './several-ends.ts';

afterAll(removeFolders);

async function exported(...words: string[]): Promise<Record<string, string>> {
  const folder = folderWithModel();
  await runMain(folder, ['convert', 'model.json', '--calibration', 'both.npz', '-o', 'int8.tflite']);
  const { code, stderr } = await runMain(folder, ['export-c', 'int8.tflite', ...words]);
  expect([code, stderr]).toEqual([0, expect.not.stringMatching(/^(error|warning)/m)]);
  const files = readdirSync(join(folder, 'to')).map((name) => [
    name,
    readFileSync(join(folder, 'to', name), 'utf8'),
  ]);
  return Object.fromEntries(files);
}

it('C without an interpreter takes every input, and gives every output, by its name', async () => {
  const files = await exported('--standalone', 'to');
  expect(files['model.h']).toContain(
    'int model_invoke(const int8_t *input_a, const int8_t *input_b, int8_t *output_sum, int8_t *output_rest);',
  );
  expect(files['model.h']).toContain('#define MODEL_INPUT_B_LENGTH 3');
  expect(files['main.c']).toContain('static float read_input_b(uint32_t sample, uint32_t index)');
  expect(files['README.md']).toContain('the functions `read_input_a` and `read_input_b`');
  expect(files['README.md']).toMatch(/^\| output_rest \| int8 \[1, 3\], real = /m);
});

const noCortexM4 = missingCortexM4();
describe.skipIf(noCortexM4 !== '')(`on a chip ${noCortexM4}`, () => {
  it('passes its self-test, and prints results with their names', async () => {
    const { stdout, stderr, exitCode } = runOnCortexM4(await exported('--standalone', 'to'), {
      strict: true,
    });
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout).toMatch(/^tinyml-self-test PASS /);
    expect(stdout).toMatch(/^sample 3: output_sum:( -?\d+\.\d{4}){3} output_rest:( \d+\.\d{4}){3}\r?$/m);
  });
});

it.each(['--arduino', '--tflm'])('firmware of %s has functions for every input', async (layout) => {
  const files = await exported(layout, 'to');
  const application = files['to.ino'] ?? files['main.cc'];
  expect(application).toContain('input_b->data.int8[i] = quantize_input_b(read_input_b(sample, i));');
  expect(application).toContain('line.begin_value("output_rest_", i)');
  expect(files['model_settings.h']).toContain('constexpr int kOutputRestLength = 3;');
  expect(files['README.md']).toContain('the functions `read_input_a` and `read_input_b`');
});

it('a name that would be taken for an input is refused', async () => {
  const folder = folderWithModel();
  await runMain(folder, ['convert', 'model.json', '--calibration', 'both.npz', '-o', 'int8.tflite']);
  const { code, stderr } = await runMain(folder, [
    'export-c',
    'int8.tflite',
    '--standalone',
    'to',
    '--name',
    'input',
  ]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('the parameter input_a begins with')]);
});
