/** A project file that leaves the loss out is trained on what its data are for. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

it.each([
  [2, 'binaryCrossentropy'],
  [3, 'categoricalCrossentropy'],
])('%i classes are learned with %s', async (classes, loss) => {
  const folder = makeFolder();
  const rows = Array.from(
    { length: 90 },
    (_, i) => `${(i * 7) % 31},${(i * 11) % 37},${'xyz'[i % classes]}\n`,
  ).join('');
  writeFileSync(join(folder, 't.csv'), `a,b,label\n${rows}`);
  await runMain(folder, ['init', '--from', 't.csv', 'p']);
  const project = join(folder, 'p');
  const path = join(project, 'tinyml.config.json');
  const config = JSON.parse(readFileSync(path, 'utf8')) as { training: { loss?: string } };
  expect(config.training.loss).toBe(loss);
  const said = JSON.parse((await runMain(project, ['train', '--epochs', '2', '--json'])).stdout);
  delete config.training.loss;
  writeFileSync(path, JSON.stringify(config));
  const left = JSON.parse((await runMain(project, ['train', '--epochs', '2', '--json'])).stdout);
  expect(left.metrics.valLoss).toBe(said.metrics.valLoss);
  expect(left.files).toEqual(said.files);
});
