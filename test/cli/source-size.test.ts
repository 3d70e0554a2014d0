/** What a model's source weighs, in the comparison with its conversion. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { exportArray } from '../../src/models/firmware/export-array.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

const fixture = (name: string): Buffer => readFileSync(resolve('fixtures', name));

async function inputBytes(folder: string, model: string, ...flags: string[]): Promise<number> {
  const { code, stdout, stderr } = await runMain(folder, [
    'convert',
    model,
    ...flags,
    '-o',
    'o.tflite',
    '--json',
  ]);
  expect([code, stderr]).toEqual([0, expect.anything()]);
  return (JSON.parse(stdout) as { inputBytes: number }).inputBytes;
}

it('a model.json counts with its weights, C source with its array, every other file as it is', async () => {
  const folder = makeFolder();
  for (const name of ['model.json', 'weights.bin', 'tiny.keras']) {
    writeFileSync(join(folder, name), fixture(`keras/${name}`));
  }
  const [topology, weights] = [fixture('keras/model.json'), fixture('keras/weights.bin')];
  expect(await inputBytes(folder, 'model.json', '--float')).toBe(topology.length + weights.length);
  expect(await inputBytes(folder, 'tiny.keras', '--float')).toBe(fixture('keras/tiny.keras').length);
  const model = fixture('tflm/abs_int8.tflite');
  for (const [path, text] of Object.entries(exportArray(model, { style: 'tflm', name: 'g_model' }))) {
    writeFileSync(join(folder, path), text);
  }
  expect(await inputBytes(folder, 'model_data.cc')).toBe(model.length);
});
