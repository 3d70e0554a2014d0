/** What a command writes never takes the place of what it reads. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { npyPrologue } from '../../src/data/records/npy-layout.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { denseGraph } from '../models/run/spread/dense-graph.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

function folderWithModel(): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'm.tflite'), writeTflite(denseGraph(4, 2)));
  writeFileSync(
    join(folder, 'x.npy'),
    Buffer.concat([npyPrologue('float32', [2, 4]), new Uint8Array(new Float32Array(8).buffer)]),
  );
  writeFileSync(join(folder, 'x.bin'), new Uint8Array(32));
  writeFileSync(join(folder, 'tinyml.config.json'), '{}');
  return folder;
}

describe('an output that is an input', () => {
  it.each([
    ['m.tflite', ['predict', 'm.tflite', '--input', 'x.npy', '-o', './m.tflite']],
    ['x.npy', ['predict', 'm.tflite', '--input', 'x.npy', '-o', 'x.npy']],
    ['x.bin', ['predict', 'm.tflite', '--raw-input', 'x.bin', '--raw-output', 'x.bin']],
    ['m.tflite', ['inspect', 'm.tflite', '--plan-svg', 'm.tflite']],
    ['x.npy', ['convert', 'm.tflite', '--calibration', 'x.npy', '-o', 'x.npy']],
    ['tinyml.config.json', ['convert', 'm.tflite', '--float', '-o', 'tinyml.config.json']],
  ])('is refused: %s', async (name, argv) => {
    const folder = folderWithModel();
    const before = readFileSync(join(folder, name));
    const { code, stdout, stderr } = await runMain(folder, argv);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`${name} is what the command reads`);
    expect(readFileSync(join(folder, name)).equals(before)).toBe(true);
  });

  it('may be a model that is converted where it is', async () => {
    const folder = folderWithModel();
    const { code } = await runMain(folder, ['convert', 'm.tflite', '--float', '-o', 'm.tflite']);
    expect(code).toBe(0);
    expect((await runMain(folder, ['inspect', 'm.tflite'])).code).toBe(0);
  });

  it('is refused where C would replace C', async () => {
    const folder = folderWithModel();
    expect((await runMain(folder, ['export-c', 'm.tflite', '-o', 'c'])).code).toBe(0);
    const array = readdirSync(join(folder, 'c')).find((name) => /\.c(c|pp)$/.test(name)) as string;
    const contents = () =>
      readdirSync(join(folder, 'c')).map((name) => readFileSync(join(folder, 'c', name), 'utf8'));
    const before = contents();
    const { code, stderr } = await runMain(folder, [
      'export-c',
      join('c', array),
      '-o',
      'c',
      '--name',
      'other',
    ]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('is what the command reads')]);
    expect(contents()).toEqual(before);
  });
});

it.each(['model.h', 'model.cc', 'sketch.ino', 'MODEL.H'])(
  'convert writes no binary called %s',
  async (name) => {
    const folder = folderWithModel();
    const { code, stderr } = await runMain(folder, ['convert', 'm.tflite', '-o', name]);
    expect([code, existsSync(join(folder, name))]).toEqual([2, false]);
    expect(stderr).toContain('tinyml export-c model.tflite');
  },
);
