/** Samples as they were measured go through the preparation that the model's file keeps. */

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { wavOf } from '../data/sources/wav/write-wav.ts';
import { fixture } from '../fixtures.ts';
import { type MainResult, removeFolders, runMain } from './run-main.ts';
import { makeFiles } from './table-projects.ts';

afterAll(removeFolders);

const rows = Array.from({ length: 60 }, (_, i) => `${i},${'uv'[i % 2]},${3 * i + (i % 2)}\n`).join('');

function makeProject(): string {
  return makeFiles({
    't.csv': `a,kind,y\n${rows}`,
    'tinyml.config.json': JSON.stringify({
      dataset: {
        source: 'csv',
        path: 't.csv',
        task: 'regression',
        target: 'y',
        prepare: [{ step: 'standard' }, { step: 'clip', low: -1.5, high: 1.5 }],
        split: { by: 'every', every: 3, train: 0.6, validation: 0.2, test: 0.2 },
      },
      model: { layers: [{ type: 'Dense', units: 1 }] },
      training: { epochs: 2 },
      quantization: { samples: 10 },
    }),
    'measured.csv': Array.from({ length: 20 }, (_, i) => `${3 * i},${(3 * i) % 2}\n`).join(''),
  });
}

it('predicts of measurements what it predicts of the test split, and inspect tells how they are prepared', async () => {
  const folder = makeProject();
  const { code, stderr } = await runMain(folder, ['convert']);
  expect([code, stderr.includes('error')]).toEqual([0, false]);
  const newest = (stage: string): string => {
    const [version] = readdirSync(join(folder, 'artifacts', stage)).filter((name) => name !== 'latest');
    return join('artifacts', stage, version);
  };
  const model = join(newest('convert'), 'model.tflite');
  const prepared = await runMain(folder, [
    'predict',
    model,
    '--input',
    join(newest('dataset'), 'x_test.npy'),
  ]);
  const measured = await runMain(folder, ['predict', model, '--input', 'measured.csv', '--measured']);
  expect(prepared.stdout.split('\n')).toHaveLength(21);
  expect(measured).toEqual({ ...prepared, stderr: measured.stderr });
  const own = await runMain(folder, ['predict', '--input', 'measured.csv', '--measured']);
  expect(own).toEqual(measured);
  const named = async (header: string, line: (i: number) => string): Promise<MainResult> => {
    const lines = Array.from({ length: 20 }, (_, i) => `${line(i)}\n`).join('');
    writeFileSync(join(folder, 'named.csv'), `${header}\n${lines}`);
    return runMain(folder, ['predict', model, '--input', 'named.csv', '--measured']);
  };
  const kind = (i: number): string => 'uv'[(3 * i) % 2];
  const swapped = await named('more,kind,a', (i) => `x,${kind(i)},${3 * i}`);
  expect([swapped.code, swapped.stdout]).toEqual([0, prepared.stdout]);
  const without = await named('more,a', (i) => `x,${3 * i}`);
  expect([without.code, without.stderr]).toEqual([3, expect.stringContaining('no column "kind"')]);
  const strange = await named('kind,a', (i) => `${i === 4 ? 'w' : 'u'},${i}`);
  expect([strange.code, strange.stderr]).toEqual([
    3,
    expect.stringContaining('Row 5, column "kind" is "w", which the project was not trained on'),
  ]);
  const holes = (...holey: number[]) => named('kind,a', (i) => `u,${holey.includes(i) ? '' : i}`);
  expect((await holes(6)).stderr).toContain('Row 7 has no "a", so that nothing can be predicted.');
  expect((await holes(2, 6, 9)).stderr).toContain('Row 3 has no "a" (and 2 more rows lack something)');
  const none = await holes(...Array.from({ length: 20 }, (_, i) => i));
  expect(none.stderr).toContain('Something is missing in all 20 rows ("a" in 20)');
  expect(none.stderr).toContain('hint  Fill in what is missing, or leave those rows out.');
  const inspected = await runMain(folder, ['inspect', model]);
  expect(inspected.stdout).toContain('samples [2] as they are measured, prepared by one-hot, affine, clip');
  const wrong = await runMain(folder, ['predict', model, '--value', '1', '--measured']);
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringContaining('as they are measured they have 2'),
  ]);
});

interface Predicted {
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
}

it('takes a recording in the folder of its project, as the dataset made a sample of it', async () => {
  const folder = makeFiles({
    'tinyml.config.json': JSON.stringify({
      dataset: {
        source: 'wav',
        path: 'data',
        task: 'classification',
        classFrom: 'folder',
        recordingRows: 40,
        prepare: [{ step: 'standard' }],
      },
      model: { layers: [{ type: 'Flatten' }, { type: 'Dense', units: 1, activation: 'sigmoid' }] },
      training: { epochs: 2 },
      quantization: { samples: 10 },
    }),
  });
  const paths = Array.from({ length: 12 }, (_, i) => join('data', i % 2 ? 'low' : 'high', `${i}.wav`));
  paths.forEach((path, i) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    const samples = Array.from({ length: 40 }, (_, k) => Math.round(9000 * Math.sin((i + 1) * k)));
    writeFileSync(join(folder, path), wavOf(samples));
  });
  expect((await runMain(folder, ['convert'])).code).toBe(0);
  const predicted = async (...argv: string[]): Promise<string[]> => {
    const { stdout } = await runMain(folder, ['predict', '--json', ...argv]);
    const { inputs, outputs } = JSON.parse(stdout) as Predicted;
    return inputs.map((input, i) => JSON.stringify([input, outputs[i]]));
  };
  const [version] = readdirSync(join(folder, 'artifacts/dataset')).filter((name) => name !== 'latest');
  const prepared: string[] = [];
  for (const part of ['train', 'validation', 'test']) {
    prepared.push(...(await predicted('--input', join('artifacts/dataset', version, `x_${part}.npy`))));
  }
  const measured: string[] = [];
  for (const path of paths) measured.push(...(await predicted('--measured', '--input', path)));
  expect(new Set(measured).size).toBe(12);
  expect(measured.sort()).toEqual(prepared.sort());
});

it('refuses files that do not say it, and raw bytes', async () => {
  const folder = makeFiles({});
  writeFileSync(join(folder, 'm.tflite'), fixture('tflm', 'fc_w128.tflite'));
  const codeOf = async (...argv: string[]): Promise<string> => {
    const { code, stderr } = await runMain(folder, ['predict', 'm.tflite', '--measured', '--json', ...argv]);
    return `${code} ${stderr}`;
  };
  expect(await codeOf('--value', '1')).toMatch(/^2 .*does not say how its samples are prepared/s);
  expect(await codeOf('--raw-input', 'a', '--raw-output', 'b')).toMatch(/^2 .*not for raw bytes/s);
});
