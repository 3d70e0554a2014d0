/** A Keras network, from its file to what the chip computes, against formulas that share no code with it. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PerTensorQuant } from '../../src/core/quant-params.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeNpy } from '../../src/data/records/npy.ts';
import { readModel } from '../../src/formats/model-file.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../src/ir/graph.ts';
import { makeFolder, removeFolders, runMain } from '../cli/run-main.ts';
import { fixture } from '../fixtures.ts';
import { loadRuntime } from '../runtime/tflite-runtime.ts';
import { exactValues } from './exact-network.ts';
import { type Activations, foldedKernel, INPUT_LENGTH, runKerasNetwork } from './keras-network.ts';
import { KERNELS } from './recorded.ts';

const FILES = ['tiny.h5', 'tiny.keras', 'model.json'];
const RECORDS = 64;

const random = createRandom(5, 'keras network');
const images = Array.from({ length: RECORDS }, () =>
  Float32Array.from({ length: INPUT_LENGTH }, () => 4 * random.uniform() - 2),
);
const references = images.map(runKerasNetwork);

let folder = '';
beforeAll(() => {
  folder = makeFolder();
  for (const name of [...FILES, 'weights.bin']) writeFileSync(join(folder, name), fixture('keras', name));
  const data = Float32Array.from(images.flatMap((image) => Array.from(image)));
  writeFileSync(join(folder, 'x.npy'), writeNpy('float32', [RECORDS, 6, 6, 2], data));
});
afterAll(removeFolders);

async function converted(file: string, ...flags: string[]): Promise<Uint8Array> {
  const { code, stderr } = await runMain(folder, ['convert', file, ...flags, '-o', 'out.tflite']);
  expect(code, stderr).toBe(0);
  return readFileSync(join(folder, 'out.tflite'));
}

const converted8 = (file: string): Promise<Uint8Array> => converted(file, '--calibration', 'x.npy');

const shard = (name: string): Uint8Array => fixture('keras', name);

/** Of all outputs, which are shares of 1. */
function worstError(graph: Graph): number {
  const interpreter = createInterpreter(graph);
  const errors = images.flatMap((image, index) => {
    const [output] = interpreter.invoke([image]);
    return references[index].classes.map((value, unit) => Math.abs(Number(output[unit]) - value));
  });
  return Math.max(...errors);
}

describe.each(FILES)('%s', (file) => {
  it('computes in float32 what its layers say, as imported and as converted', async () => {
    const imported = await readModel(fixture('keras', file), { name: file, loadShard: shard });
    expect(worstError(imported)).toBeLessThan(1e-6);
    expect(worstError(readTflite(await converted(file, '--float')).graph)).toBeLessThan(1e-6);
  });

  it('becomes the same int8 network as from the other formats', async () => {
    expect(Buffer.from(await converted8(file))).toEqual(Buffer.from(await converted8('tiny.h5')));
  });
});

describe('the int8 network', () => {
  let model = new Uint8Array();
  let graph: Graph;
  beforeAll(async () => {
    // Equalized channels and centred logits have other ranges and weights than the layers of the file.
    const flags = ['--calibration', 'x.npy', '--method', 'bias-correction', '--no-pass', 'centre-logits'];
    model = Uint8Array.from(await converted('tiny.h5', ...flags));
    graph = readTflite(model).graph;
  });

  const quantOf = (id: number): PerTensorQuant => getValue(graph, id).type.quant as PerTensorQuant;

  it('has the scales that the ranges of the float network ask for', () => {
    const layers = ['conv', 'depthwise', 'sum', 'mix', 'pool', 'logits'] as const;
    const values = (layer: keyof Activations) => references.flatMap((reference) => reference[layer]);
    const all = [images.flatMap((image) => Array.from(image)), ...layers.map(values)];
    // A RESHAPE, which makes rows of what a Dense layer takes, has the scale of its input.
    const computing = graph.nodes.filter(({ kind }) => kind !== 'reshape');
    const ids = [graph.inputs[0], ...computing.map(({ outputs }) => outputs[0])];
    for (const [index, activations] of all.entries()) {
      const [low, high] = [Math.min(0, ...activations), Math.max(0, ...activations)];
      const { scale, zeroPoint } = quantOf(ids[index]);
      expect(scale / ((high - low) / 255)).toBeCloseTo(1, 5);
      expect(zeroPoint).toBe(Math.round(-128 - low / scale));
    }
    expect(quantOf(ids[7])).toMatchObject({ scale: 1 / 256, zeroPoint: -128 });
  });

  it('has the folded weights to the nearest step, the largest of a channel at 127', () => {
    const { type, data } = getValue(graph, graph.nodes[0].inputs[1] as number);
    const scales = type.quant?.scheme === 'per-axis' ? type.quant.scales : new Float32Array();
    expect(type.shape).toEqual([4, 3, 3, 2]);
    for (let channel = 0; channel < 4; channel++) {
      const real = foldedKernel.filter((_, at) => at % 4 === channel);
      const stored = Array.from(data ?? [], Number).slice(18 * channel, 18 * (channel + 1));
      expect(Math.max(...stored.map(Math.abs))).toBe(127);
      for (const [at, value] of stored.entries())
        expect(Math.abs(value - real[at] / scales[channel])).toBeLessThan(0.501);
    }
  });

  /** Raw inputs: the images, and both ends of int8. */
  function inputs(): Int8Array[] {
    const { scale, zeroPoint } = quantOf(graph.inputs[0]);
    const quantized = images.map((image) =>
      Int8Array.from(image, (x) => Math.max(-128, Math.min(127, Math.round(x / scale) + zeroPoint))),
    );
    return [...quantized, ...[-128, 127].map((value) => new Int8Array(INPUT_LENGTH).fill(value))];
  }

  it.each(KERNELS)('computes exact integers in every tensor, %s kernels', (kernels) => {
    const interpreter = createInterpreter(graph, { kernels });
    for (const input of inputs()) {
      const actual = new Map<number, readonly number[]>();
      interpreter.invoke([input], (id, data) => actual.set(id, Array.from(data, Number)));
      expect(actual).toEqual(exactValues(graph, input));
    }
  });

  it('is close to the float network', () => {
    const interpreter = createInterpreter(graph);
    const errors = inputs()
      .slice(0, RECORDS)
      .flatMap((input, index) => {
        const [output] = interpreter.invoke([input]);
        return references[index].classes.map((value, unit) =>
          Math.abs((Number(output[unit]) + 128) / 256 - value),
        );
      });
    expect(Math.max(...errors)).toBeLessThan(0.01);
  });

  const runtime = loadRuntime();
  it.skipIf(!runtime.ok)(`runs in a real TensorFlow Lite ${runtime.ok ? '' : `(${runtime.why})`}`, () => {
    if (!runtime.ok) return;
    const interpreter = createInterpreter(graph);
    for (const input of inputs()) {
      const [theirs] = runtime.run(model, [new Uint8Array(input.buffer)]);
      const ours = Array.from(interpreter.invoke([input])[0], Number);
      // Its kernels round once where TFLM rounds twice.
      for (const [unit, value] of ours.entries())
        expect(Math.abs(((theirs[unit] << 24) >> 24) - value)).toBeLessThanOrEqual(2);
    }
  });
});
