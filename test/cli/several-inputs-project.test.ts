/** A project whose samples have two inputs: windows of a signal, and what is known of whom it was measured of. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { inputPreparations } from '../../src/core/samples/preparation.ts';
import { applyPreparation, parsePreparation } from '../../src/data/preparing/preparation.ts';
import { runNative, runOnCortexM4 } from '../cross/compile.ts';
import { missingCortexM4, missingNative } from '../cross/probe.ts';
import { artifact, done } from './project-run.ts';
import { removeFolders, runMain } from './run-main.ts';
import { makeFiles } from './table-projects.ts';

afterAll(removeFolders);

const STEPS = 24;

/** Recordings of two channels; how large their waves are depends on the weight, which stands in every row. */
function recordings(count: number): string {
  const random = createRandom(3, 'gait');
  const lines = ['recording,ax,ay,weight,site,gait'];
  for (let recording = 0; recording < count; recording++) {
    const weight = 50 + 50 * random.uniform();
    const [gait, size] = recording % 2 === 0 ? ['walk', 0.5] : ['run', 1];
    for (let step = 0; step < STEPS; step++) {
      const wave = (shift: number) =>
        (size * weight * Math.sin(0.7 * step + recording + shift) + random.normal()).toFixed(3);
      lines.push(
        [
          recording,
          wave(0),
          wave(1.6),
          weight.toFixed(1),
          ['wrist', 'hip'][recording % 3 === 0 ? 0 : 1],
          gait,
        ].join(),
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

const DATASET = {
  source: 'csv',
  path: 'gait.csv',
  task: 'classification',
  target: 'gait',
  group: 'recording',
  window: { length: 12, stride: 6 },
  inputs: [
    { name: 'motion', features: ['ax', 'ay'], prepare: [{ step: 'standard' }] },
    { name: 'person', features: ['weight', 'site'], rows: 'last', prepare: [{ step: 'standard' }] },
  ],
  split: { by: 'group', train: 0.6, validation: 0.2, test: 0.2 },
};
const LAYERS = [
  { type: 'Conv1D', filters: 6, kernelSize: 3, activation: 'relu', inputs: ['motion'] },
  { type: 'Flatten', name: 'seen' },
  { type: 'Dense', units: 4, activation: 'relu', name: 'known', inputs: ['person'] },
  { type: 'Concatenate', inputs: ['seen', 'known'] },
  { type: 'Dense', units: 1, activation: 'sigmoid' },
];
const PROJECT = {
  seed: 2,
  dataset: DATASET,
  model: { layers: LAYERS },
  training: { epochs: 20, optimizer: 'adam', learningRate: 0.02 },
  quantization: { method: 'fast' },
};

function folderWith(project: object = PROJECT): string {
  return makeFiles({ 'gait.csv': recordings(60), 'tinyml.config.json': JSON.stringify(project) });
}

describe('a project of two inputs', () => {
  const folder = folderWith();
  const c = join(folder, 'c');

  beforeAll(async () => {
    await done(folder, 'run');
    await done(folder, 'export-c', '--standalone', 'c');
    writeFileSync(join(folder, 'model.tflite'), artifact(folder, 'convert', 'model.tflite'));
  });

  it('learns from both, and its model has both by name', async () => {
    const { converted } = JSON.parse(await done(folder, 'evaluate', '--json'));
    expect(converted.accuracy).toBeGreaterThan(0.8);
    const inspected = await done(folder, 'inspect', 'model.tflite');
    expect(inspected).toMatch(/^input {3}motion {2}int8 \[1, 12, 2\]/m);
    expect(inspected).toMatch(/^input {3}person {2}int8 \[1, 3\]/m);
    expect(inspected).toContain('motion [12, 2]: affine; person [2]: one-hot, affine');
  });

  it('measures other data, and predicts of readings, as it reads its own', async () => {
    const table = JSON.parse(await done(folder, 'evaluate', '--input', 'gait.csv', '--json'));
    const model = JSON.parse(await done(folder, 'evaluate', 'model.tflite', '--input', 'gait.csv', '--json'));
    expect(model.converted.accuracy).toBe(table.converted.accuracy);
    const named = JSON.parse(
      await done(folder, 'predict', 'model.tflite', '--measured', '--input', 'gait.csv', '--json'),
    );
    expect(Object.keys(named.inputs[0])).toEqual(['motion', 'person']);
    const lines = recordings(60).split('\n').slice(1);
    const cells = (row: number) => lines[row].split(',');
    // Recordings of 24 rows are three windows each; the fifth window begins in row 6 of the second one.
    const rows = Array.from({ length: 12 }, (_, step) => cells(STEPS + 6 + step));
    const preparation = parsePreparation(artifact(folder, 'dataset', 'preparation.json'));
    const sites = ['wrist', 'hip'];
    const measured = Float32Array.from(
      rows.flatMap(([, ax, ay, weight, site]) => [
        Number(ax),
        Number(ay),
        Number(weight),
        sites.indexOf(site),
      ]),
    );
    const prepared = new Float32Array(27);
    applyPreparation(preparation)(measured, 1, prepared);
    const given = [...named.inputs[4].motion, ...named.inputs[4].person];
    expect(given.map(Math.fround)).toEqual([...prepared]);
  });

  it('reports, and tells what int8 costs', async () => {
    await done(folder, 'report', '-o', 'report.html');
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('motion [12, 2], person [3]');
    expect(await done(folder, 'doctor')).toMatch(/all, as the chip computes it/);
  });

  const sources = () =>
    Object.fromEntries(readdirSync(c).map((name) => [name, readFileSync(join(c, name), 'utf8')]));

  const noCortexM4 = missingCortexM4();
  it.skipIf(noCortexM4 !== '')(`passes its self-test on a chip ${noCortexM4}`, () => {
    const { stdout, stderr, exitCode } = runOnCortexM4(sources(), { strict: true });
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout).toMatch(/^tinyml-self-test PASS /);
    expect(stdout).toMatch(/^sample 0: (walk|run): 0\.\d+/m);
  });

  const noNative = missingNative();
  it.skipIf(noNative !== '')(`prepares readings of each input with the bits of training ${noNative}`, () => {
    const preparation = parsePreparation(artifact(folder, 'dataset', 'preparation.json'));
    const random = createRandom(5, 'readings');
    const parts = inputPreparations(preparation).map((one) => {
      const readings = Float32Array.from(
        { length: one.input?.name === 'motion' ? 24 : 2 },
        () => 80 * random.normal(),
      );
      if (one.input?.name === 'person') readings[1] = 1;
      const prepared = new Float32Array(one.input?.name === 'motion' ? 24 : 3);
      applyPreparation(one.preparation)(readings, 1, prepared);
      return { name: one.input?.name, readings, prepared };
    });
    const print = parts.map(({ name, readings, prepared }) => {
      const bits = [...new Uint32Array(readings.buffer)].map((word) => `0x${word.toString(16)}u`);
      return `{
  static const uint32_t bits[] = {${bits.join(', ')}};
  float values[32];
  memcpy(values, bits, sizeof bits);
  model_prepare_${`input_${name}`}(values);
  for (int i = 0; i < ${prepared.length}; i++) { uint32_t word; memcpy(&word, &values[i], 4); printf("%08x ", (unsigned)word); }
}`;
    });
    const main = `#include <stdint.h>\n#include <stdio.h>\n#include <string.h>\n#include "model_prepare.h"\nint main(void)\n{\n${print.join('\n')}\n  return 0;\n}\n`;
    const { stdout, exitCode } = runNative({
      'main.c': main,
      'model_prepare.h': sources()['model_prepare.h'],
    });
    const words = parts.flatMap(({ prepared }) =>
      [...new Uint32Array(prepared.buffer)].map((word) => word.toString(16).padStart(8, '0')),
    );
    expect([exitCode, stdout.trim().split(' ')]).toEqual([0, words]);
  });

  it.each(['--arduino', '--tflm'])('%s has what prepares each input', async (layout) => {
    await done(folder, 'convert', '--library', 'chirale');
    await done(folder, 'export-c', layout, layout.slice(2));
    const text = (name: string) => readFileSync(join(folder, layout.slice(2), name), 'utf8');
    expect(text('prepare_input.h')).toContain('void prepare_input_motion(float* values);');
    expect(text('prepare_input.h')).toContain('constexpr int kReadingLengthPerson = 2;');
    expect(text(layout === '--tflm' ? 'main.cc' : 'arduino.ino')).toContain('read_input_person(sample, i)');
  });
});

describe('what samples of several inputs cannot have', () => {
  const compress = [{ method: 'prune' }];
  it.each<[string, object, string]>([
    [
      'architecture',
      { model: { architecture: 'mlp' } },
      '"mlp" takes samples of one input, and those of the dataset have 2: motion, person',
    ],
    [
      'augment',
      { training: { augment: [{ type: 'noise' }] } },
      'training.augment changes samples of one input',
    ],
    ['compress', { training: { compress } }, 'training.compress trains models for samples of one input'],
    ['stream', { stream: {} }, 'stream listens with samples of one input'],
    [
      'features',
      { dataset: { ...DATASET, features: ['ax'] } },
      'dataset.features: every one of the "inputs" has its own',
    ],
    [
      'prepare',
      { dataset: { ...DATASET, prepare: [{ step: 'standard' }] } },
      'dataset.prepare: every one of the "inputs"',
    ],
    [
      'names',
      { dataset: { ...DATASET, inputs: [DATASET.inputs[0], DATASET.inputs[0]] } },
      'two of them have one name',
    ],
    [
      'a layer',
      { model: { layers: LAYERS.slice(0, 2).concat(LAYERS.slice(4)) } },
      'No layer reads the input "person"',
    ],
    [
      'a column',
      { dataset: { ...DATASET, inputs: [DATASET.inputs[0], { name: 'b', features: ['age'] }] } },
      'no column "age"',
    ],
  ])('%s', async (_, changes, message) => {
    const { code, stderr } = await runMain(folderWith({ ...PROJECT, ...changes }), ['train']);
    expect(code).toBe(3);
    expect(stderr).toContain(message);
  });

  it('a search', async () => {
    const { code, stderr } = await runMain(folderWith(), ['search', '--fit', 'ram=16k', '--trials', '2']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('A search tries networks of one input')]);
  });
});
