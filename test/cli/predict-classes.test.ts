/** `tinyml predict` calls classes by the names that the model's file, or its project, keeps. */

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifactPath, done } from './project-run.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';
import { makeFiles } from './table-projects.ts';

afterAll(removeFolders);

interface Predicted {
  readonly outputs: readonly (readonly number[])[];
  readonly classes?: readonly string[];
  readonly predicted?: readonly string[];
}

/** The class is what `a` is near to. */
const table = (names: readonly string[]): string =>
  `a,kind\n${Array.from({ length: 90 }, (_, i) => `${(i % names.length) + (i % 7) / 20},${names[i % names.length]}\n`).join('')}`;

function projectOf(
  names: readonly string[],
  last: object,
  dataset: { readonly task?: string; readonly normal?: readonly string[] } = {},
): string {
  const loss = names.length === 2 ? 'binaryCrossentropy' : 'categoricalCrossentropy';
  return makeFiles({
    't.csv': table(names),
    'few.csv': `a\n${names.map((_, place) => `${place + 0.1}\n`).join('')}`,
    'tinyml.config.json': JSON.stringify({
      dataset: {
        source: 'csv',
        path: 't.csv',
        task: 'classification',
        target: 'kind',
        prepare: [{ step: 'standard' }],
        ...dataset,
      },
      model: { layers: [{ type: 'Dense', units: 8, activation: 'relu' }, last] },
      training: { epochs: 60, learningRate: 0.05, ...(dataset.task === undefined && { loss }) },
      quantization: { samples: 30 },
    }),
  });
}

describe('classes of a table', () => {
  const names = ['fine', 'worn', 'broken'];
  const sorted = ['broken', 'fine', 'worn'];
  let folder = '';
  beforeAll(async () => {
    folder = projectOf(names, { type: 'Dense', units: 3, activation: 'softmax' });
    await done(folder, 'convert');
  });

  it('stand behind the numbers, and in one line on stderr', async () => {
    const { stdout, stderr } = await runMain(folder, ['predict', '--measured', '--input', 'few.csv']);
    expect(stderr).toContain('The numbers are of the classes "broken", "fine", "worn", in this order');
    expect(stdout).toMatch(/^\S+ \S+ \S+ fine\n\S+ \S+ \S+ worn\n\S+ \S+ \S+ broken\n$/);
  });

  it('are in JSON, where outputs are what they were', async () => {
    const argv = ['predict', '--measured', '--input', 'few.csv', '--json'];
    const { classes, predicted, outputs } = JSON.parse((await runMain(folder, argv)).stdout) as Predicted;
    expect([classes, predicted]).toEqual([sorted, names]);
    expect(outputs.map((row) => sorted[row.indexOf(Math.max(...row))])).toEqual(names);
  });

  it('are known of the file alone, elsewhere', async () => {
    const other = makeFolder();
    copyFileSync(artifactPath(folder, 'convert', 'model.tflite'), join(other, 'm.tflite'));
    copyFileSync(artifactPath(folder, 'dataset', 'x_test.npy'), join(other, 'x.npy'));
    const { stdout } = await runMain(other, ['predict', 'm.tflite', '--input', 'x.npy']);
    expect(stdout).toMatch(/^(\S+ \S+ \S+ (fine|worn|broken)\n)+$/);
  });
});

it('one number says how sure the second of two classes is', async () => {
  const folder = projectOf(['no', 'yes'], { type: 'Dense', units: 1, activation: 'sigmoid' });
  await done(folder, 'convert');
  const { stdout, stderr } = await runMain(folder, ['predict', '--measured', '--input', 'few.csv']);
  expect(stderr).toContain('The numbers say how sure "yes" is, and up to 0.5 it is "no"; behind them');
  expect(stdout).toMatch(/^\S+ no\n\S+ yes\n$/);
});

it('what a detector of anomalies gives is its input, and no class', async () => {
  const folder = projectOf(
    ['bad', 'normal'],
    { type: 'Dense', units: 1 },
    { task: 'anomaly', normal: ['normal'] },
  );
  await done(folder, 'convert');
  const { stdout } = await runMain(folder, ['predict', '--measured', '--input', 'few.csv']);
  expect(stdout).toMatch(/^\S+\n\S+\n$/);
});

it('a project knows the classes of samples that it makes', async () => {
  const folder = makeFiles({
    'tinyml.config.json': JSON.stringify({
      dataset: { source: 'motion', samples: 60 },
      model: {
        layers: [{ type: 'GlobalAveragePooling1D' }, { type: 'Dense', units: 4, activation: 'softmax' }],
      },
      training: { epochs: 1, loss: 'categoricalCrossentropy' },
      quantization: { samples: 10 },
    }),
  });
  await done(folder, 'convert');
  const { stdout } = await runMain(folder, [
    'predict',
    '--input',
    artifactPath(folder, 'dataset', 'x_test.npy'),
  ]);
  expect(stdout).toMatch(/^(\S+ \S+ \S+ \S+ (idle|shake|clockwise|counterclockwise)\n)+$/);
});
