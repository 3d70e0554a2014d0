/** `tinyml convert --int4` and `--weights-budget`: which weights get 4 bits, what that saves and costs, and what runs it. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { elementCount } from '../../src/core/tensor.ts';
import { writeNpy } from '../../src/data/records/npy.ts';
import { importKeras } from '../../src/formats/keras/import.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../src/ir/graph.ts';
import type { Int4Report } from '../../src/models/convert/int4-report.ts';
import { writeTflmModel } from '../../src/models/tflm-model.ts';
import { graphOf } from '../passes/run-pass.ts';
import { randomNetwork } from '../random-networks/random-network.ts';
import { makeFolder, makeProject, removeFolders, runMain, SMALL_PROJECT } from './run-main.ts';

afterAll(removeFolders);

const network = graphOf((b) => {
  const maps = b.conv('conv', b.in('x', 1, 6, 6, 2), 8, 3, { activation: 'relu', stride: 2 });
  const deep = b.conv('deep', maps, 16, 3, { activation: 'relu' });
  return [b.dense('dense', b.add('mean', 'mean', { axes: [1, 2], keepDims: false }, [deep]), 4)];
});

/** A folder with the model and samples for it. */
function folderOf(graph: Graph): string {
  const folder = makeFolder();
  const { shape } = getValue(graph, graph.inputs[0]).type;
  const random = createRandom(5, 'samples');
  const samples = Float32Array.from({ length: 24 * elementCount(shape) }, () => random.normal());
  writeFileSync(join(folder, 'net.tflite'), writeTflmModel(graph));
  writeFileSync(join(folder, 'x.npy'), writeNpy('float32', [24, ...shape.slice(1)], samples));
  return folder;
}

function convert(folder: string, ...flags: string[]) {
  const argv = ['convert', 'net.tflite', '--calibration', 'x.npy', '-o', 'out.tflite', ...flags];
  return runMain(folder, argv);
}

async function converted(folder: string, ...flags: string[]): Promise<Int4Report> {
  const { code, stdout, stderr } = await convert(folder, ...flags, '--json');
  expect(stderr).not.toContain('error');
  expect(code).toBe(0);
  return (JSON.parse(stdout) as { int4: Int4Report }).int4;
}

function int4Layers(model: Uint8Array): string[] {
  const { graph } = readTflite(model);
  return graph.nodes
    .filter(({ inputs }) => inputs.length > 1 && inputs[1] !== undefined)
    .filter(({ inputs }) => getValue(graph, inputs[1] as number).type.dtype === 'int4')
    .map(({ kind }) => kind);
}

describe('tinyml convert --int4', () => {
  it('packs the weights of the named layers, and says what that saves and costs', async () => {
    const folder = folderOf(network);
    const report = await converted(folder, '--int4', 'CONV_2D#1,dense');
    const model = readFileSync(join(folder, 'out.tflite'));
    expect(int4Layers(model)).toEqual(['conv_2d', 'fully_connected']);
    expect(report.layers).toEqual(['CONV_2D#1', 'dense']);
    expect(report.int8WeightBytes - report.weightBytes).toBe((16 * 72 + 64) / 2);
    expect(report.bytes).toBe(model.length);
    await convert(folder, '-o', 'int8.tflite');
    expect(report.int8Bytes).toBe(readFileSync(join(folder, 'int8.tflite')).length);
    expect(report.bytes).toBeLessThan(report.int8Bytes - 500);
    // 1,152 weights of a layer are unpacked, where activations leave less room.
    const [reference] = report.arenas;
    expect(reference.target).toBe('cortex-m-reference');
    expect(reference.bytes).toBeGreaterThan(reference.int8Bytes);
    expect(report.libraries.map(({ answer }) => answer)).toContain('yes');
    const { stdout } = await convert(folder, '--int4', 'CONV_2D#1');
    expect(stdout).toContain('4-bit weights in CONV_2D#1\n');
    expect(stdout).toContain('Libraries that run it:\n  TensorFlow Lite Micro: yes\n');
  });

  it('makes firmware whose test vectors are what the file computes', async () => {
    const folder = folderOf(network);
    await converted(folder, '--int4', 'CONV_2D#1', '--library', 'chirale');
    const { code, stderr } = await runMain(folder, ['export-c', 'out.tflite', '--arduino', 'sketch']);
    expect([code, stderr]).toEqual([0, '']);
    const source = readFileSync(join(folder, 'sketch/golden_vectors.cpp'), 'utf8');
    const [inputs, outputs] = ['kGoldenInput', 'kGoldenOutput'].map((name) => {
      const [, numbers] = new RegExp(`${name}\\[.*?= \\{(.*?)\\};`, 's').exec(source) ?? [];
      return Int8Array.from(numbers.match(/-?\d+/g) ?? [], Number);
    });
    const model = readFileSync(join(folder, 'out.tflite'));
    expect(int4Layers(model)).toContain('conv_2d');
    const interpreter = createInterpreter(readTflite(model).graph);
    const length = elementCount(interpreter.inputs[0].shape);
    const computed: number[] = [];
    for (let start = 0; start < inputs.length; start += length) {
      computed.push(...(interpreter.invoke([inputs.slice(start, start + length)])[0] as Int8Array));
    }
    expect(computed.length).toBeGreaterThan(0);
    expect([...outputs]).toEqual(computed);
  });

  it.each([
    [['--int4', 'deeep'], 2, 'No layer with weights that 4 bits could hold is called "deeep"'],
    [['--weights-budget', '3'], 2, '"3" is no budget for weights'],
    [['--weights-budget', '0.2x'], 4, 'The weights cannot get 0.2x of the bytes that int8 has'],
    [['--weights-budget', '0.0001dB'], 4, '4-bit weights of no layer keep a budget of 0.0001 dB'],
    [['--weights-budget', '3dB', '--int4', 'deep'], 2, 'cannot be used with'],
    [['--weights-budget', '3dB', '--float'], 2, 'cannot be used with'],
  ])('%j is refused', async (flags, exit, sentence) => {
    const { code, stderr } = await convert(folderOf(network), ...flags);
    expect(stderr).toContain(sentence);
    expect(stderr).toContain('hint');
    expect(code).toBe(exit);
  });
});

describe('tinyml convert --weights-budget', () => {
  it('keeps it, with the same file again', async () => {
    const folder = folderOf(network);
    const { loss, layers } = await converted(folder, '--weights-budget', '20dB');
    expect(layers.length).toBeGreaterThan(0);
    expect(Math.max(loss.calibration, loss.heldOut ?? Infinity)).toBeLessThanOrEqual(20);
    const model = readFileSync(join(folder, 'out.tflite'));
    await converted(folder, '--weights-budget', '20dB');
    expect(readFileSync(join(folder, 'out.tflite')).equals(model)).toBe(true);
  });

  it('serves a random network', async () => {
    const { model } = randomNetwork(4);
    const folder = folderOf(importKeras(model));
    const { weightBytes, int8WeightBytes } = await converted(folder, '--weights-budget', '0.7x');
    expect(weightBytes).toBeLessThanOrEqual(0.7 * int8WeightBytes);
    expect(int4Layers(readFileSync(join(folder, 'out.tflite'))).length).toBeGreaterThan(0);
  });
});

describe('a project', () => {
  it('has 4-bit weights where it says so, and says them in its report', async () => {
    const quantization = { ...SMALL_PROJECT.quantization, weightsBudget: '0.9x' };
    const folder = makeProject({ ...SMALL_PROJECT, quantization });
    const { code } = await runMain(folder, ['convert', '-o', 'four.tflite']);
    expect(code).toBe(0);
    expect(int4Layers(readFileSync(join(folder, 'four.tflite'))).length).toBeGreaterThan(0);
    const { stdout } = await runMain(folder, ['quantize', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ metrics: { int4Layers: expect.any(Number) } });
    const wrong = makeProject({ ...SMALL_PROJECT, quantization: { weightsBudget: '3' } });
    const { stderr } = await runMain(wrong, ['convert']);
    expect(stderr).toContain('must be a loss such as "3dB", or a share of bytes such as "0.6x"');
  });
});
