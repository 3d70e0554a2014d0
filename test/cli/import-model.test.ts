/** Models of other formats on the command line: what is said of how they are read, folders, and files beside them. */

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { onnxBytes, type TestModel } from '../formats/onnx/onnx-file.ts';
import { writeMessage } from '../formats/protobuf/write-message.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

const CONVOLUTION: TestModel = {
  inputs: [{ name: 'image', shape: ['batch', 2, 'height', 'width'] }],
  outputs: ['y'],
  nodes: [{ operator: 'Conv', inputs: ['image', 'w'], outputs: ['y'] }],
  constants: [{ name: 'w', shape: [1, 2, 1, 1], values: [1, -1] }],
};

function folderWith(name: string, content: Uint8Array | string): string {
  const folder = makeFolder();
  writeFileSync(join(folder, name), content);
  return folder;
}

describe('what is said of an ONNX file', () => {
  const folder = folderWith('net.onnx', onnxBytes(CONVOLUTION));

  const inputOf = async (...flags: string[]): Promise<readonly number[]> => {
    const { code, stdout } = await runMain(folder, ['inspect', 'net.onnx', ...flags, '--json']);
    expect(code).toBe(0);
    return JSON.parse(stdout).inputs[0].shape;
  };

  it('gives free sizes, and the channels their place', async () => {
    expect(await inputOf('--shape', 'image=1x2x4x3')).toEqual([1, 4, 3, 2]);
    expect(await inputOf('--shape', 'image=1x2x4x3', '--keep-layout')).toEqual([1, 2, 4, 3]);
  });

  it.each([
    [[], 4, 'input "image" has shape [batch, 2, height, width]'],
    [['--shape', 'picture=1x2x4x3'], 2, 'A shape is given for "picture", which is no input of it'],
    [
      ['--shape', 'image=1x2x4'],
      2,
      'input "image" has 4 dimensions, and [1, 2, 4] is given for it.\nhint  Give it as "--shape image=Nx2xNxN"',
    ],
    [['--shape', 'image'], 2, 'It must be the name of an input and its sizes'],
    [['--signature', 'serve'], 2, '--signature says nothing to ONNX (PyTorch)'],
  ])('%j is refused where it does not fit', async (flags, code, message) => {
    const run = await runMain(folder, ['inspect', 'net.onnx', ...flags]);
    expect([run.code, run.stderr]).toEqual([code, expect.stringContaining(message)]);
  });
});

it('a file that takes no wishes says so', async () => {
  const folder = folderWith('model.json', '{}');
  const run = await runMain(folder, ['convert', 'model.json', '--keep-layout', '-o', 'x.tflite']);
  expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('--keep-layout says nothing to')]);
});

it('a folder is the file that its format reads first, and one without any is refused', async () => {
  const folder = makeFolder();
  mkdirSync(join(folder, 'web'));
  const empty = await runMain(folder, ['inspect', 'web']);
  expect([empty.code, empty.stderr]).toEqual([3, expect.stringContaining('web is a folder without')]);
  const outer = await runMain(folder, ['inspect', '.']);
  expect(outer.stderr).toContain('Give the folder of a model, or the model file itself.');
  writeFileSync(join(folder, 'web', 'model.json'), '{"modelTopology": 3}');
  writeFileSync(join(folder, 'a net.onnx'), '');
  const filled = await runMain(folder, ['inspect', '.']);
  expect(filled.stderr).toContain("Give one of what is in it: 'a net.onnx', web.");
  const found = await runMain(folder, ['inspect', 'web']);
  expect([found.code, found.stderr]).toEqual([3, expect.stringContaining('web/model.json')]);
});

describe('weights in another file', () => {
  /** Two floats in a file that the tensor names. */
  const modelNaming = (location: string): Uint8Array => {
    const entry = writeMessage([
      [1, 'location'],
      [2, location],
    ]);
    const tensor = writeMessage([
      [1, [1, 2, 1, 1]],
      [2, 1],
      [8, 'w'],
      [13, entry],
      [14, 1],
    ]);
    const { constants: _, ...rest } = CONVOLUTION;
    const plain = onnxBytes({ ...rest, inputs: [{ name: 'image', shape: [1, 2, 4, 3] }] });
    return Uint8Array.of(...plain, ...writeMessage([[7, writeMessage([[5, tensor]])]]));
  };
  const run = async (location: string) => {
    const outside = folderWith('weights.bin', new Uint8Array(Float32Array.of(1, -1).buffer));
    const folder = folderWith('net.onnx', modelNaming(location));
    writeFileSync(join(folder, 'own.bin'), new Uint8Array(Float32Array.of(1, -1).buffer));
    symlinkSync(join(outside, 'weights.bin'), join(folder, 'link.bin'));
    return runMain(folder, ['inspect', 'net.onnx']);
  };

  it('lie beside the model', async () => {
    expect((await run('own.bin')).code).toBe(0);
  });

  it.each([
    ['../weights.bin', 'which is not inside its own folder'],
    ['/etc/hostname', 'which is not inside its own folder'],
    ['link.bin', 'is a link that leads out of the folder of the model'],
    ['none.bin', 'does not exist'],
  ])('%s is refused', async (location, message) => {
    const { code, stderr } = await run(location);
    expect([code, stderr]).toEqual([3, expect.stringContaining(message)]);
  });
});
