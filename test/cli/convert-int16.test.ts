/** Models of int16 activations, and int8 ones with layers of int16: every command takes them. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpyFloat32, writeNpy } from '../../src/data/records/npy.ts';
import { arrayRecords } from '../../src/data/records/records.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { getValue } from '../../src/ir/graph.ts';
import { convertModel } from '../../src/models/convert/convert-model.ts';
import { sqnr } from '../../src/models/score/sqnr.ts';
import { graphOf } from '../passes/run-pass.ts';
import { makeFolder, removeFolders, runMain, SMALL_PROJECT } from './run-main.ts';

afterAll(removeFolders);

const RECORDS = 40;
const folder = makeFolder();

const network = graphOf((b) => {
  const first = b.conv('first', b.in('x', 1, 6, 6, 2), 4, 3, { activation: 'relu' });
  const second = b.depthwise('second', first, 1, 3, { activation: 'relu6' });
  const hidden = b.dense(
    'hidden',
    b.add('mean', 'mean', { axes: [1, 2], keepDims: false }, [second]),
    8,
    'relu',
  );
  return [b.add('softmax', 'softmax', { beta: 1 }, [b.dense('last', hidden, 3)])];
});

beforeAll(() => {
  writeFileSync(join(folder, 'float.tflite'), writeTflite(network));
  const data = Float32Array.from({ length: 72 * RECORDS }, (_, i) => Math.sin(i * 1.3 + i ** 2));
  writeFileSync(join(folder, 'x.npy'), writeNpy('float32', [RECORDS, 72], data));
});

const run = async (...argv: string[]): Promise<string> => {
  const { code, stdout, stderr } = await runMain(folder, argv);
  expect(code, stderr).toBe(0);
  return stdout;
};
const convert = (name: string, ...flags: string[]) =>
  run('convert', 'float.tflite', ...flags, '--calibration', 'x.npy', '-o', name);
const graphIn = (name: string) => readTflite(readFileSync(join(folder, name))).graph;
const results = (name: string): Float32Array => readNpyFloat32(readFileSync(join(folder, name))).data;

async function decibels(name: string): Promise<number> {
  for (const model of ['float', name]) {
    await run('predict', `${model}.tflite`, '--input', 'x.npy', '-o', `${model}.npy`);
  }
  return sqnr(results(`${name}.npy`), results('float.npy'));
}

describe('tinyml convert --int16x8', () => {
  it('writes a file of int16 activations that TFLM loads and every command takes', async () => {
    await convert('wide.tflite', '--int16x8');
    const { inputs, outputs, values } = graphIn('wide.tflite');
    expect([...inputs, ...outputs].map((id) => getValue({ values }, id).type.dtype)).toEqual([
      'int16',
      'int16',
    ]);
    expect(await run('check', 'wide.tflite', '--ops-for', 'tflm')).toContain('ok');
    expect(await run('inspect', 'wide.tflite')).toContain('int16');
    await convert('int8.tflite');
    expect(await decibels('wide')).toBeGreaterThan((await decibels('int8')) + 6);
  });

  it('is written again byte for byte, and takes and loses float ends', async () => {
    await convert('wide.tflite', '--int16x8');
    await run('convert', 'wide.tflite', '-o', 'again.tflite');
    await convert('ends.tflite', '--int16x8', '--io', 'float');
    expect(graphIn('ends.tflite').nodes.map(({ kind }) => kind)).toEqual([
      'quantize',
      ...graphIn('wide.tflite').nodes.map(({ kind }) => kind),
      'dequantize',
    ]);
    await run('convert', 'ends.tflite', '--io', 'int8', '-o', 'bare.tflite');
    for (const name of ['again', 'bare'])
      expect(readFileSync(join(folder, `${name}.tflite`))).toEqual(readFileSync(join(folder, 'wide.tflite')));
  });

  it('is refused where it makes no sense', async () => {
    await convert('int8.tflite');
    const failure = async (...argv: string[]) => {
      const { code, stderr } = await runMain(folder, [
        'convert',
        ...argv,
        '--calibration',
        'x.npy',
        '-o',
        'no.tflite',
      ]);
      return `${code} ${stderr}`;
    };
    expect(await failure('float.tflite', '--int16x8', '--io', 'int8')).toMatch(
      /^2 .*--io int8 and --int16x8/s,
    );
    expect(await failure('int8.tflite', '--int16x8')).toMatch(
      /^2 .*int8 already and cannot be made int16x8/s,
    );
    expect(await failure('float.tflite', '--int16', 'third')).toMatch(
      /^2 .*no layer "third".*Its layers are softmax;/s,
    );
    expect(await failure('float.tflite', '--int16', 'first', '--int16x8')).toMatch(/^2 /);
  });
});

describe('tinyml convert --int16', () => {
  it('has the layers in int16 inside an int8 model', async () => {
    // A file does not tell the names of layers, and Keras models do.
    const { bytes } = await convertModel(network, {
      int16: ['hidden', 'last', 'softmax'],
      calibration: arrayRecords(readNpyFloat32(readFileSync(join(folder, 'x.npy')))),
    });
    writeFileSync(join(folder, 'mixed.tflite'), bytes);
    const { nodes, inputs, outputs, values } = graphIn('mixed.tflite');
    expect(
      nodes.map(({ kind, inputs: [id] }) => `${kind} ${getValue({ values }, id as number).type.dtype}`),
    ).toEqual([
      'conv_2d int8',
      'depthwise_conv_2d int8',
      'mean int8',
      'quantize int8',
      'fully_connected int16',
      'fully_connected int16',
      'softmax int16',
    ]);
    expect([...inputs, ...outputs].map((id) => getValue({ values }, id).type.dtype)).toEqual([
      'int8',
      'int16',
    ]);
    expect(await run('check', 'mixed.tflite', '--ops-for', 'tflm')).toContain('ok');
    await convert('int8.tflite');
    expect(await decibels('mixed')).toBeGreaterThan(await decibels('int8'));
  });
});

describe('a project', () => {
  it('is converted to int16x8, and to int8 with a layer of int16, and back', async () => {
    const project = makeFolder();
    writeFileSync(
      join(project, 'tinyml.config.json'),
      JSON.stringify({ ...SMALL_PROJECT, conversion: { type: 'int16x8' } }),
    );
    const call = async (...argv: string[]): Promise<string> => {
      const { code, stdout, stderr } = await runMain(project, argv);
      expect(code, stderr).toBe(0);
      return stdout;
    };
    const inputType = async (...argv: string[]) => {
      await call('convert', ...argv, '-o', 'model.tflite');
      const { graph } = readTflite(readFileSync(join(project, 'model.tflite')));
      return [graph.inputs[0], graph.outputs[0]].map((id) => getValue(graph, id).type.dtype);
    };
    expect(await inputType()).toEqual(['int16', 'int16']);
    expect(await call('evaluate')).toContain('int16x8');
    expect(await inputType('--int8')).toEqual(['int8', 'int8']);
    expect(await inputType('--int16', 'dense_2')).toEqual(['int8', 'int16']);
    expect(await inputType('--int8')).toEqual(['int8', 'int8']);
    expect(await inputType('--io', 'float')).toEqual(['float32', 'float32']);
  });
});
