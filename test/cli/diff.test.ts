/** `tinyml diff` through the command line. */

import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeNpy } from '../../src/data/records/npy.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { fixturePath } from '../fixtures.ts';
import { foreignFile } from '../formats/tflite/file-of.ts';
import { sineNet } from '../formats/tflite/models.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

function folderWithModels(): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'a.tflite'), writeTflite(sineNet()));
  writeFileSync(join(folder, 'b.tflite'), writeTflite(sineNet(true)));
  return folder;
}

describe('tinyml diff', () => {
  it('of equal files says so', async () => {
    const folder = folderWithModels();
    const { code, stdout } = await runMain(folder, ['diff', 'a.tflite', 'a.tflite', '--exit-code']);
    expect([code, stdout]).toEqual([
      0,
      'A  a.tflite\nB  a.tflite\n\nThe models are identical, byte for byte.\n',
    ]);
  });

  it('of a file and its own C array too', async () => {
    const folder = folderWithModels();
    await runMain(folder, ['export-c', 'a.tflite', '-o', 'out']);
    const { stdout } = await runMain(folder, ['diff', 'a.tflite', 'out/model_data.cc']);
    expect(stdout).toContain('identical, byte for byte');
  });

  it('of different ones tells operators, sizes, memory and outputs, and exits with 0 unless asked', async () => {
    const folder = folderWithModels();
    const { code, stdout, stderr } = await runMain(folder, ['diff', 'a.tflite', 'b.tflite']);
    expect([code, stderr]).toEqual([0, '']);
    for (const part of [
      /file, bytes +\d,\d{3} +\d,\d{3} +\+\d+/,
      /MACs +288 +288 +=/,
      /arena, bytes, cortex-m-reference +\d/,
      /~ 0 FULLY_CONNECTED/,
      /input 1 quantization: scale .* → 16 scales .* along axis 0/,
      /outputs on 16 random records \(0 … 6\.24\d*\):/,
      /output: \d+ of 16 records differ, \d+ of 16 bytes; by .* at most, .* on average; SQNR .* dB/,
      /first difference after operator 0 FULLY_CONNECTED/,
    ]) {
      expect(stdout).toMatch(part);
    }
    const asked = await runMain(folder, ['diff', 'a.tflite', 'b.tflite', '--exit-code']);
    expect([asked.code, asked.stdout]).toEqual([5, stdout]);
    expect(asked.stderr).toContain('The models differ');
  });

  it('--input gives the records, --json prints one object', async () => {
    const folder = folderWithModels();
    writeFileSync(join(folder, 'x.npy'), writeNpy('float32', [3, 1], Float32Array.of(1, 2, 3)));
    const argv = ['diff', 'a.tflite', 'b.tflite', '--input', 'x.npy'];
    const { code, stdout } = await runMain(folder, [...argv, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      a: { name: 'a.tflite', converted: false },
      identical: false,
      outputs: { records: 3, inputs: 'given' },
    });
    expect((await runMain(folder, argv)).stdout).toContain('outputs on the 3 records given:');
    writeFileSync(join(folder, 'x.npy'), writeNpy('float32', [3, 2], new Float32Array(6)));
    const wrong = await runMain(folder, argv);
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toContain('do not have the 1 value');
  });

  it('takes float models as convert --float writes them', async () => {
    const folder = makeFolder();
    copyFileSync(new URL('../../fixtures/keras/tiny.h5', import.meta.url), join(folder, 'm.h5'));
    expect((await runMain(folder, ['convert', 'm.h5', '--float', '-o', 'm.tflite'])).code).toBe(0);
    const { code, stdout } = await runMain(folder, ['diff', 'm.h5', 'm.tflite']);
    expect(code).toBe(0);
    expect(stdout).toContain('A  m.h5, as "tinyml convert --float" writes it');
  });

  it('of what is no model', async () => {
    const folder = folderWithModels();
    writeFileSync(join(folder, 'x.tflite'), 'not a model');
    const { code, stdout, stderr } = await runMain(folder, ['diff', 'a.tflite', 'x.tflite']);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('x.tflite');
  });
});

it('models that tinyml does not compute are compared by what their files say', async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, 'foreign.tflite'), foreignFile());
  const { code, stdout } = await runMain(folder, [
    'diff',
    'foreign.tflite',
    fixturePath('tflm', 'fc_w128.tflite'),
  ]);
  expect(code).toBe(0);
  expect(stdout).toContain('- 0 BROADCAST_ARGS');
  expect(stdout).toMatch(/outputs not compared: the first model: .*BROADCAST_ARGS/);
  expect(stdout).toMatch(/attributes and elements of constants were not compared; the first model/);
});
