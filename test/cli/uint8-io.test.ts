/** Models with uint8 inputs and outputs around int8 operators, as `converter.inference_input_type = tf.uint8` makes them. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesOf } from '../../src/core/tensor.ts';
import { npyPrologue } from '../../src/data/records/npy-layout.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { getValue } from '../../src/ir/graph.ts';
import { BuiltinOperator, fileOf } from '../formats/tflite/file-of.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

const shape = [1, 4];
/** relu of numbers from −12.8 to 12.7 in tenths: the bytes of input and output are 128 above those in between. */
const MODEL = fileOf({
  tensors: [
    { type: 'uint8', shape, scale: 0.1, zeroPoint: 128 },
    { type: 'int8', shape, scale: 0.1, zeroPoint: 0 },
    { type: 'int8', shape, scale: 0.05, zeroPoint: -128 },
    { type: 'uint8', shape, scale: 0.05, zeroPoint: 0 },
  ],
  operators: [
    { code: BuiltinOperator.QUANTIZE, inputs: [0], outputs: [1] },
    { code: BuiltinOperator.RELU, inputs: [1], outputs: [2] },
    { code: BuiltinOperator.QUANTIZE, inputs: [2], outputs: [3] },
  ],
  outputs: [3],
});

const folder = { path: '' };
beforeAll(() => {
  folder.path = makeFolder();
  writeFileSync(join(folder.path, 'm.tflite'), MODEL);
  // −12.8, −0.1, 1.2 and 12.7, which is more than the output holds.
  writeFileSync(join(folder.path, 'x.raw'), Uint8Array.of(0, 127, 140, 255));
});

const run = (...argv: readonly string[]) => runMain(folder.path, argv);

async function rawOutput(model: string, input = 'x.raw'): Promise<number[]> {
  const { code, stderr } = await run('predict', model, '--raw-input', input, '--raw-output', 'y.raw');
  expect([code, stderr.includes('error')]).toEqual([0, false]);
  return [...readFileSync(join(folder.path, 'y.raw'))];
}

function ends(name: string): string[] {
  const { graph } = readTflite(readFileSync(join(folder.path, name)));
  return [...graph.inputs, ...graph.outputs].map((id) => getValue(graph, id).type.dtype);
}

describe('a model of bytes from 0 to 255', () => {
  it('gives the bytes that TensorFlow Lite Micro gives', async () => {
    expect(await rawOutput('m.tflite')).toEqual([0, 0, 24, 254]);
  });

  it('keeps its inputs and outputs when it is converted, unless others are asked for', async () => {
    for (const [io, type] of [
      [[], 'uint8'],
      [['--io', 'int8'], 'int8'],
      [['--io', 'float'], 'float32'],
    ] as const) {
      const { code } = await run('convert', 'm.tflite', ...io, '-o', `${type}.tflite`);
      expect([code, ...ends(`${type}.tflite`)]).toEqual([0, type, type]);
    }
    expect(await rawOutput('uint8.tflite')).toEqual([0, 0, 24, 254]);
    writeFileSync(join(folder.path, 'signed.raw'), Int8Array.of(-128, -1, 12, 127));
    expect(await rawOutput('int8.tflite', 'signed.raw')).toEqual([0, 0, 24, 254].map((y) => (y + 128) % 256));
  });

  it('takes and gives real numbers, whichever bytes these become', async () => {
    const record = Float32Array.of(-12.8, -0.1, 1.2, 12.7);
    writeFileSync(
      join(folder.path, 'x.npy'),
      Buffer.concat([npyPrologue('float32', shape), bytesOf(record)]),
    );
    for (const name of ['m.tflite', 'uint8.tflite', 'int8.tflite', 'float32.tflite']) {
      const { stdout } = await run('predict', name, '--input', 'x.npy');
      expect([name, stdout.trim()]).toEqual([name, '0 0 1.20000005 12.6999998']);
    }
  });

  it('becomes firmware that quantizes to uint8', async () => {
    const { code } = await run('export-c', 'm.tflite', '--tflm', 'fw');
    const text = (name: string): string => readFileSync(join(folder.path, 'fw', name), 'utf8');
    expect(code).toBe(0);
    expect(text('model_io.h')).toContain('uint8_t quantize_input(float value);');
    expect(text('model_io.h')).toContain('float dequantize_output(uint8_t value);');
    expect(text('golden_vectors.h')).toContain('const uint8_t ');
    expect(text('main.cc')).toContain('->data.uint8[i] = quantize_input(');
  });
});
