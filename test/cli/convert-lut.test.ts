/** `tinyml convert --lut`: weights of few values in fewer bytes, the same outputs, and what that costs. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import type { LutReport } from '../../src/models/convert/lut-report.ts';
import { writeTflmModel } from '../../src/models/tflm-model.ts';
import { fewValues } from '../passes/coding/few-values.ts';
import { makeFolder, makeProject, removeFolders, runMain, SMALL_PROJECT } from './run-main.ts';

afterAll(removeFolders);

function folderOf(values: number): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'net.tflite'), writeTflmModel(fewValues({ values, shared: true })));
  return folder;
}

function convert(folder: string, ...flags: string[]) {
  return runMain(folder, ['convert', 'net.tflite', '-o', 'out.tflite', ...flags]);
}

const fileOf = (folder: string, name: string): Uint8Array => readFileSync(join(folder, name));

describe('tinyml convert --lut', () => {
  it('writes a smaller file with the same outputs, and says what that costs', async () => {
    const folder = folderOf(4);
    const { code, stdout } = await convert(folder, '--lut', '--json');
    expect(code).toBe(0);
    const { lut } = JSON.parse(stdout) as { lut: LutReport };
    const [plain, coded] = [fileOf(folder, 'net.tflite'), fileOf(folder, 'out.tflite')];
    expect([lut.bytes, lut.plainBytes]).toEqual([coded.length, plain.length]);
    expect(lut.bytes).toBeLessThan(lut.plainBytes);
    // 320 weights of 2 bits, a header of 16 bytes, 4 values; the others are too few to pay for an operator.
    expect(lut.layers).toMatchObject([
      { operator: 'FULLY_CONNECTED', weights: 320, values: 4, bitWidth: 2, bytes: 320, codedBytes: 100 },
    ]);
    expect(lut.decodedWeights).toBe(320);
    for (const { bytes, plainBytes } of lut.arenas) expect(bytes).toBeGreaterThanOrEqual(plainBytes + 100);
    expect(lut.libraries.map(({ ok }) => ok)).toEqual([true, false, false]);
    const [before, after] = [plain, coded].map((file) => createInterpreter(readTflite(file).graph));
    const random = createRandom(2, 'records');
    for (let record = 0; record < 10; record++) {
      const input = Int8Array.from({ length: 128 }, () => random.below(256) - 128);
      expect(after.invoke([input])[0]).toEqual(before.invoke([input])[0]);
    }
  });

  it('undoes and makes again what it wrote', async () => {
    const folder = folderOf(4);
    await convert(folder, '--lut');
    const coded = fileOf(folder, 'out.tflite');
    writeFileSync(join(folder, 'net.tflite'), coded);
    await convert(folder, '--lut');
    expect(fileOf(folder, 'out.tflite')).toEqual(coded);
    await convert(folder);
    expect(
      readTflite(fileOf(folder, 'out.tflite')).graph.nodes.some(({ kind }) => kind === 'tflm_decode'),
    ).toBe(false);
  });

  it('tells flash, time, memory and Huffman codes', async () => {
    const { stdout } = await convert(folderOf(4), '--lut');
    expect(stdout).toMatch(/third +320 +4 +2 +320 +100/);
    expect(stdout).toMatch(/Flash: [\d,]+ bytes of file instead of [\d,]+/);
    expect(stdout).toContain('Time: 320 weights are looked up in every inference, beside 2,048');
    expect(stdout).toMatch(/cortex-m-reference: [\d,]+ bytes instead of [\d,]+/);
    expect(stdout).toContain('with AddDecode() in the resolver');
    expect(stdout).toMatch(/Huffman codes would have the weights of 3 layers in \d+ bytes instead of 428/);
  });

  it('leaves the file as it is where that is smaller', async () => {
    const folder = folderOf(200);
    const { code, stdout } = await convert(folder, '--lut');
    expect([code, stdout]).toEqual([0, expect.stringContaining('No weights as look-up tables')]);
    const coded = fileOf(folder, 'out.tflite');
    await convert(folder);
    expect(fileOf(folder, 'out.tflite')).toEqual(coded);
  });

  it('leaves layers alone that are not named', async () => {
    const { stdout } = await convert(folderOf(4), '--lut-layers', 'third', '--json');
    expect((JSON.parse(stdout) as { lut: LutReport }).lut.layers.map(({ name }) => name)).toEqual(['third']);
    const { code, stderr } = await convert(folderOf(4), '--lut-layers', 'fourth');
    expect([code, stderr]).toEqual([2, expect.stringContaining('There is no layer "fourth" to have tables')]);
    const project = makeProject({ ...SMALL_PROJECT });
    expect((await runMain(project, ['convert', '--lut-layers', 'dense'])).stderr).toContain(
      'needs a model file',
    );
  });

  it.each([
    [['--lut', '--library', 'chirale'], 'has no TFLM_DECODE'],
    [['--lut', '--float16'], 'not for TensorFlow Lite Micro'],
  ])('refuses %s', async (flags, sentence) => {
    const folder = folderOf(4);
    const { code, stderr } = await convert(folder, ...flags);
    expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)]);
    expect(() => fileOf(folder, 'out.tflite')).toThrow('ENOENT');
  });

  it('is refused for a library that has it not by check', async () => {
    const folder = folderOf(4);
    await convert(folder, '--lut');
    const codes = ['tflm', 'chirale', 'arduino-tflm'].map(async (library) => {
      return (await runMain(folder, ['check', 'out.tflite', '--ops-for', library])).code;
    });
    expect(await Promise.all(codes)).toEqual([0, 5, 5]);
  });

  it('has what a project clusters in tables, through all of its stages', async () => {
    const folder = makeProject({
      ...SMALL_PROJECT,
      training: {
        ...SMALL_PROJECT.training,
        compress: [{ method: 'cluster', clusters: 4, epochs: 2 }],
      },
      model: {
        layers: [
          { type: 'Dense', units: 40, activation: 'relu' },
          { type: 'Dense', units: 40, activation: 'relu' },
          { type: 'Dense', units: 1 },
        ],
      },
      conversion: { lut: true },
    });
    const { code, stderr } = await runMain(folder, ['convert', '-o', 'coded.tflite']);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')]);
    const { graph } = readTflite(fileOf(folder, 'coded.tflite'));
    const decoded = graph.nodes.filter(({ kind }) => kind === 'tflm_decode');
    // Of up to 1,600 weights; the other layers have 40 each.
    expect(decoded).toHaveLength(1);
    expect(decoded[0].attributes).toMatchObject({ tables: [{ bitWidth: 2, stride: 4 }] });
  });

  it('is said in a project, too', async () => {
    const folder = makeProject({ ...SMALL_PROJECT, conversion: { lut: true, library: 'chirale' } });
    const { code, stderr } = await runMain(folder, ['run']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('has no TFLM_DECODE')]);
    writeFileSync(
      join(folder, 'tinyml.config.json'),
      JSON.stringify({ ...SMALL_PROJECT, conversion: { lut: true } }),
    );
    expect((await runMain(folder, ['run'])).code).toBe(0);
  });
});
