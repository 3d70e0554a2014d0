/** `tinyml compress MODEL --data PATH`: any float model on the user's samples, written whole or not at all. */

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNpy } from '../../src/data/records/npy.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import type { CompressFileJson } from '../../src/index.ts';
import { graphOf } from '../passes/run-pass.ts';
import { artifactPath, done } from './project-run.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';
import { makeTableProject, tableOf } from './table-projects.ts';

afterAll(removeFolders);

/** A folder without a project that has a trained model in two formats, its int8 form, and data: plain rows of the network. */
let folder: string;

const LABELS = ['--target', 'y', '--labels', 'low,high'];
const ARGV = ['--method', 'prune:epochs=2', '--data', 'rows.csv', ...LABELS];

/** A model whose second input no sample has. */
function twoInputs(): Uint8Array {
  const graph = graphOf((b) => [
    b.add('add', 'sum', { activation: 'none' }, [b.in('x', 1, 4), b.in('z', 1, 4)]),
  ]);
  return writeTflite(graph);
}

beforeAll(async () => {
  folder = makeFolder();
  const project = makeTableProject('classification');
  await done(project, 'convert', '-o', 'int8.tflite');
  await done(project, 'convert', '--float', '-o', 'float.tflite');
  mkdirSync(join(folder, 'keras'));
  for (const name of ['model.json', 'weights.bin']) {
    cpSync(artifactPath(project, 'train', name), join(folder, 'keras', name));
  }
  for (const name of ['int8.tflite', 'float.tflite']) cpSync(join(project, name), join(folder, name));
  writeFileSync(join(folder, 'rows.csv'), tableOf('classification', 300));
  writeFileSync(join(folder, 'others.csv'), tableOf('classification', 120));
});

async function compress(...argv: string[]): Promise<CompressFileJson> {
  const { code, stdout, stderr } = await runMain(folder, ['compress', ...argv, '--json']);
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')]);
  return JSON.parse(stdout) as CompressFileJson;
}

it.each(['keras/model.json', 'float.tflite'])('compresses %s', async (model) => {
  const made = await compress(model, ...ARGV, '-o', 'small.tflite');
  expect(made.steps.map(({ method }) => method)).toEqual([undefined, 'prune']);
  expect([made.data.train, made.validation.samples, made.test?.samples]).toEqual([180, 60, 60]);
  expect(made.test?.title).toBe('accuracy, %');
  expect(readFileSync(join(folder, 'small.tflite')).length).toBe(made.bytes);
  expect(made.form).toBe('float');
  const again = await runMain(folder, ['evaluate', 'small.tflite', '--input', 'rows.csv', ...LABELS]);
  expect(again.code).toBe(0);
});

it('says of a float32 file that a conversion of it makes other integers, where a method left something', async () => {
  const ask = (...method: string[]) =>
    runMain(folder, ['compress', 'float.tflite', ...ARGV.slice(2), ...method, '-o', 'told.tflite']);
  const told = 'other integers than those of the table';
  expect((await ask('--method', 'prune:epochs=1')).stderr).toContain(told);
  expect((await ask('--method', 'quantize-aware:epochs=1')).stderr).toContain(told);
  expect((await ask('--method', 'quantize-aware:epochs=1', '--int8')).stderr).not.toContain(told);
  expect((await ask('--method', 'prune-channels:macs=0.9,epochs=1')).stderr).not.toContain(told);
});

it('writes the integers that it measured, with --int8', async () => {
  const argv = [...ARGV, '--test', 'others.csv', '--int8', '-o', 'chip.tflite'];
  const made = await compress('float.tflite', ...argv);
  const last = made.steps.at(-1);
  expect(made.bytes).toBe(last?.cost.fileBytes);
  expect([made.data.train, made.validation.samples, made.test?.samples]).toEqual([240, 60, 120]);
  const { stdout } = await runMain(folder, [
    ...['evaluate', 'chip.tflite', '--input', 'others.csv', ...LABELS, '--json'],
  ]);
  const { converted } = JSON.parse(stdout) as { converted: { accuracy: number } };
  expect(100 * converted.accuracy).toBe(last?.test?.converted);
});

it('gives the same bytes for the same seed', async () => {
  await compress('float.tflite', ...ARGV, '--seed', '7', '-o', 'a.tflite');
  await compress('float.tflite', ...ARGV, '--seed', '7', '-o', 'b.tflite');
  expect(readFileSync(join(folder, 'a.tflite'))).toEqual(readFileSync(join(folder, 'b.tflite')));
});

it('takes the list of a project file', async () => {
  writeFileSync(join(folder, 'methods.json'), JSON.stringify([{ method: 'prune', epochs: 1 }]));
  const argv = ['--methods', 'methods.json', '--data', 'rows.csv', ...LABELS, '-o', 'listed.tflite'];
  expect((await compress('float.tflite', ...argv)).methods).toMatchObject([{ method: 'prune', epochs: 1 }]);
});

it('has an autoencoder give its samples again, with --reconstruct', async () => {
  const project = makeTableProject('anomaly');
  await runMain(project, ['convert', '--float', '-o', join(folder, 'auto.tflite')]);
  const rows = tableOf('anomaly', 100)
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').slice(0, 3));
  writeFileSync(join(folder, 'normal.csv'), `${rows.map((row) => row.join(',')).join('\n')}\n`);
  const argv = ['--reconstruct', '--method', 'prune', '--data', 'normal.csv', '-o', 'auto-small.tflite'];
  const made = await compress('auto.tflite', ...argv);
  expect(made.validation).toMatchObject({ title: 'reconstruction MSE', higherIsBetter: false });
});

it('takes arrays of NumPy as columns of one file', async () => {
  const rows = tableOf('classification', 200).trim().split('\n').slice(1);
  const cells = rows.map((row) => row.split(','));
  const x = Float32Array.from(
    cells.flatMap((row) => row.slice(0, 3)),
    Number,
  );
  const y = Float32Array.from(cells, (row) => (row[3] === 'high' ? 1 : 0));
  const arrays = {
    'x.npy': writeNpy('float32', [200, 3], x),
    'y.npy': writeNpy('float32', [200], y),
  };
  writeFileSync(join(folder, 'xy.npz'), zipSync(arrays));
  const argv = ['--method', 'prune:epochs=1', '--data', 'xy.npz', '--target', 'y', '-o', 'npz.tflite'];
  expect((await compress('float.tflite', ...argv)).test?.title).toBe('accuracy, %');
});

it('prints the table, and what it wrote', async () => {
  const { stdout, stderr } = await runMain(folder, [
    'compress',
    'float.tflite',
    ...ARGV,
    '-o',
    'shown.tflite',
  ]);
  expect(stdout).toMatch(/^method +validation: float/);
  expect(stdout).toMatch(/\nshown\.tflite: float, [\d,]+ bytes\n$/);
  expect(stderr).toContain('Samples, by seed 1: 180 train, 60 choose, 60 test.');
});

describe('refuses, and writes nothing,', () => {
  it.each([
    [
      'a model of integers',
      ['int8.tflite', ...ARGV],
      'already-int8',
      'float .tflite file that it was made of',
    ],
    ['no method', ['float.tflite', '--data', 'rows.csv', ...LABELS], 'no-compression', '--method prune'],
    [
      'unknown methods',
      ['float.tflite', '--method', 'prunes', ...ARGV.slice(2)],
      'bad-methods',
      'Did you mean',
    ],
    [
      'an order that cannot be',
      ['float.tflite', '--method', 'prune,low-rank:rank=1', ...ARGV.slice(2)],
      'bad-methods',
      '',
    ],
    ['no data', ['float.tflite', '--method', 'prune'], 'no-input', '--data'],
    [
      'labels that are not named',
      ['float.tflite', '--method', 'prune', '--data', 'rows.csv'],
      'no-target',
      '--target',
    ],
    [
      'what gives nothing again',
      ['float.tflite', '--method', 'prune', '--reconstruct', '--data', 'rows3.csv'],
      'no-autoencoder',
      '--target',
    ],
    [
      'too few samples',
      ['float.tflite', '--method', 'prune', '--data', 'two.csv', ...LABELS],
      'few-samples',
      'more',
    ],
    ['the name of a source', ['float.tflite', ...ARGV, '-o', 'small.h'], 'source-name', 'export-c'],
    ['its own input', ['float.tflite', ...ARGV, '-o', 'rows.csv'], 'output-is-input', 'another path'],
    [
      'its teacher as output',
      ['float.tflite', '--method', 'distill=int8.tflite', ...ARGV.slice(2), '-o', 'int8.tflite'],
      'output-is-input',
      'another path',
    ],
    ['two inputs', ['two.tflite', ...ARGV], 'several-ends', 'one input'],
  ])('%s', async (_, argv, code, hint) => {
    writeFileSync(join(folder, 'two.csv'), tableOf('classification', 2));
    writeFileSync(join(folder, 'two.tflite'), twoInputs());
    writeFileSync(join(folder, 'rows3.csv'), '1,2,3\n2,3,4\n3,4,5\n');
    const before = readdirSync(folder);
    const output = argv.includes('-o') ? [] : ['-o', 'never.tflite'];
    const { code: exit, stdout } = await runMain(folder, ['compress', ...argv, ...output, '--json']);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; hint: string } };
    expect([exit === 0 || exit === 70, error.code]).toEqual([false, code]);
    expect(error.hint).toContain(hint);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('flags of a file where there is none, and of a project where there is a file', async () => {
    const project = makeTableProject('regression');
    for (const [argv, code] of [
      [['compress', '--method', 'prune'], 'needs-model-file'],
      [['compress', join(folder, 'float.tflite'), '--force', '--data', 'x', '-o', 'y'], 'needs-project'],
    ] as const) {
      const { stdout } = await runMain(project, [...argv, '--json']);
      expect((JSON.parse(stdout) as { error: { code: string } }).error.code).toBe(code);
    }
  });
});

it('stopped, writes the best so far and says so', async () => {
  const controller = new AbortController();
  controller.abort();
  const argv = ['compress', 'float.tflite', ...ARGV, '-o', 'stopped.tflite', '--json'];
  const { code, stdout } = await runMain(folder, argv, { signal: controller.signal });
  expect(code).toBe(130);
  expect(JSON.parse(stdout)).toMatchObject({ interrupted: true });
  expect(existsSync(join(folder, 'stopped.tflite'))).toBe(true);
});
