/** `tinyml convert` of files that other tools have quantized. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { onnxBytes, type TestModel, type TestNode, type TestTensor } from '../formats/onnx/onnx-file.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

function node(operator: string, inputs: readonly string[], output: string): TestNode {
  return { operator, inputs, outputs: [output] };
}

function rounded(name: string, scale: string): readonly TestNode[] {
  return [
    node('QuantizeLinear', [name, scale, 'z'], `${name}/q`),
    node('DequantizeLinear', [`${name}/q`, scale, 'z'], `${name}/d`),
  ];
}

const number = (name: string, value: number): TestTensor => ({ name, shape: [], values: [value] });

/** A layer with ReLU and a layer with softmax, of uint8 activations. */
const MODEL: TestModel = {
  inputs: [{ name: 'x', shape: [1, 2] }],
  outputs: ['p/d'],
  nodes: [
    ...rounded('x', 's'),
    node('DequantizeLinear', ['w', 'sw', 'zw'], 'k'),
    node('MatMul', ['x/d', 'k'], 'm'),
    ...rounded('m', 's'),
    node('Relu', ['m/d'], 'r'),
    ...rounded('r', 's'),
    node('Softmax', ['r/d'], 'p'),
    ...rounded('p', 'sp'),
  ],
  constants: [
    number('s', 1 / 16),
    number('sw', 1 / 64),
    number('sp', 1 / 128),
    { name: 'z', shape: [], values: [128], type: 'uint8' },
    { name: 'zw', shape: [], values: [0], type: 'int8' },
    { name: 'w', shape: [2, 2], values: [127, -64, 32, 96], type: 'int8' },
  ],
};

function folderOf(model: TestModel): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'q.onnx'), onnxBytes(model));
  writeFileSync(join(folder, 'x.csv'), '1,2\n0.5,-1\n');
  return folder;
}

describe('a quantized ONNX file', () => {
  const folder = folderOf(MODEL);

  it('becomes int8 with its scales, and is told which ones are others', async () => {
    const { code, stdout, stderr } = await runMain(folder, ['convert', 'q.onnx', '-o', 'q.tflite']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Scales of the file: 2 of 3 are kept. The others:
  output: scale 0.00390625, zero point -128, in the file scale 0.0078125, zero point 0. SOFTMAX has this scale in every model.
`);
    const inspected = await runMain(folder, ['inspect', 'q.tflite']);
    expect(inspected.stdout).toContain('int8 [1, 2]  scale 0.0625, zero point 0');
  });

  it('says the same as JSON', async () => {
    const args = ['convert', 'q.onnx', '-o', 'json.tflite', '--json'];
    const { scales } = JSON.parse((await runMain(folder, args)).stdout);
    expect(scales).toMatchObject({ kept: 2, changed: [{ tensor: 'output' }], rounded: [] });
  });

  it('is warned of what has no say in it', async () => {
    const args = ['convert', 'q.onnx', '-o', 'q.tflite', '--calibration', 'x.csv', '--method', 'tensorflow'];
    const { code, stderr } = await runMain(folder, args);
    expect(code).toBe(0);
    expect(stderr).toContain('--method changes nothing: q.onnx is quantized already, and keeps its scales');
    expect(stderr).toContain('--calibration changes nothing: q.onnx is quantized already, and has a scale');
  });

  it('is inspected as what it becomes, and tells no less than it', async () => {
    const { stdout } = await runMain(folder, ['inspect', 'q.onnx', '--json']);
    const { asInt8 } = JSON.parse(stdout);
    expect(asInt8).toMatchObject({ scales: 'file', bounds: { fileBytes: 'exact' } });
    const converted = JSON.parse(
      (await runMain(folder, ['convert', 'q.onnx', '-o', 'i.tflite', '--json'])).stdout,
    );
    expect(asInt8.fileBytes).toBe(converted.bytes);
    const text = (await runMain(folder, ['inspect', 'q.onnx'])).stdout;
    expect(text).toContain('q.onnx: a quantized model, here in float32');
    expect(text).toContain('with the scales that it has already');
  });

  it('becomes float32, or int16x8 by samples, with the real weights', async () => {
    const float = await runMain(folder, ['convert', 'q.onnx', '--float', '-o', 'f.tflite']);
    expect(float.code).toBe(0);
    const { stdout } = await runMain(folder, ['inspect', 'f.tflite']);
    expect(stdout.match(/^\d {2}[A-Z_]+/gm)).toEqual(['0  FULLY_CONNECTED', '1  SOFTMAX']);
    const without = await runMain(folder, ['convert', 'q.onnx', '--int16x8', '-o', 'w.tflite']);
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('int16x8 needs samples')]);
    const wide = ['convert', 'q.onnx', '--int16x8', '--calibration', 'x.csv', '-o', 'w.tflite'];
    expect((await runMain(folder, wide)).code).toBe(0);
  });
});

it('what has no scale stays in float32, and samples make one', async () => {
  const nodes = MODEL.nodes.flatMap((one) => (one.inputs[0] === 'm' ? [] : [one]));
  const doubled = nodes.map((one) => (one.operator === 'Relu' ? node('Mul', ['m', 'x/d'], 'r') : one));
  const folder = folderOf({ ...MODEL, nodes: doubled.filter(({ inputs }) => inputs[0] !== 'm/q') });
  const without = await runMain(folder, ['convert', 'q.onnx', '-o', 'q.tflite']);
  expect(without.code).toBe(0);
  expect(without.stdout).toContain('In float32, as in the file: m and 1 more. Samples make scales for that');
  const args = ['convert', 'q.onnx', '-o', 'q.tflite', '--calibration', 'x.csv'];
  const { code, stdout } = await runMain(folder, args);
  expect(code).toBe(0);
  expect(stdout).toContain('Scales that the file lacks: 1 made of the samples.');
});

describe('an LSTM that a quantized file leaves in float32', () => {
  const values = (count: number): readonly number[] =>
    Array.from({ length: count }, (_, index) => Math.sin(3.1 * index) / 2);
  const model: TestModel = {
    inputs: [{ name: 'x', shape: [3, 1, 2] }],
    outputs: ['h/d'],
    nodes: [
      ...rounded('x', 's'),
      { ...node('LSTM', ['x/d', 'w', 'r'], 'h'), attributes: { hidden_size: 2 } },
      ...rounded('h', 's'),
    ],
    constants: [
      number('s', 1 / 64),
      { name: 'z', shape: [], values: [0], type: 'int8' },
      { name: 'w', shape: [1, 8, 2], values: values(16) },
      { name: 'r', shape: [1, 8, 2], values: values(16) },
    ],
  };

  it.each(['fused', 'unrolled'])('%s, is so in the model', async (form) => {
    const folder = folderOf(model);
    const args = ['convert', 'q.onnx', '--recurrent', form, '-o', 'q.tflite'];
    const { code, stdout, stderr } = await runMain(folder, args);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Scales of the file: all 2 are kept.');
    expect(stdout).toContain('In float32, as in the file');
  });
});
