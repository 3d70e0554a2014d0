/** A project whose network is told of new rows alone: it hears what it heard of whole windows. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { getValue } from '../../src/ir/graph.ts';
import { missingCortexM4 } from '../cross/probe.ts';
import { artifactPath } from './project-run.ts';
import { removeFolders, runMain } from './run-main.ts';
import { makeFiles } from './table-projects.ts';

afterAll(removeFolders);

const random = createRandom(6, 'listening to new rows');

function recording(level: number, rows: number): string {
  return Array.from({ length: rows }, () => `${(level + 0.3 * random.normal()).toFixed(3)}\n`).join('');
}

function projectText(stream: object): string {
  return JSON.stringify({
    dataset: {
      source: 'csv',
      path: 'data',
      task: 'classification',
      classFrom: 'folder',
      window: { length: 24, stride: 12 },
      prepare: [{ step: 'standard' }],
      split: { by: 'group', train: 0.5, validation: 0.25, test: 0.25 },
    },
    model: { architecture: 'conv1d', filters: [4, 4], kernel: 3, stride: [2, 1], padding: 'valid' },
    training: { epochs: 20, loss: 'categoricalCrossentropy' },
    stream: { background: ['rest'], rate: 25, answersPerSample: 6, ...stream },
  });
}

const hear = async (folder: string) => {
  const { code, stderr } = await runMain(folder, ['run']);
  expect(stderr).not.toMatch(/Nothing is reused|error/);
  expect(code).toBe(0);
  return JSON.parse((await runMain(folder, ['evaluate', '--stream', 'day.csv', '--json'])).stdout);
};

/** The share of its time that an emulated chip needs; undefined where there is none. */
const duty = async (folder: string): Promise<number | undefined> => {
  if (missingCortexM4() !== '') return undefined;
  const { stdout } = await runMain(folder, ['check', '--max-duty', '1', '--clock', '1M', '--json']);
  return JSON.parse(stdout).checks[0].measured;
};

it('reuses what it computed, and hears the same', async () => {
  const data = Object.entries({ rest: 0, lifted: 2, lowered: -2 }).flatMap(([name, level]) =>
    Array.from({ length: 8 }, (_, i) => [`data/${name}/${i}.csv`, `x\n${recording(level, 60)}`] as const),
  );
  const folder = makeFiles({
    'tinyml.config.json': projectText({ reuse: true }),
    ...Object.fromEntries(data),
  });
  writeFileSync(
    join(folder, 'day.csv'),
    `x\n${[0, 2, 0, -2, 0].map((level) => recording(level, 50)).join('')}`,
  );
  const reusing = await hear(folder);
  const fileOf = () => artifactPath(folder, 'stream', 'listening.tflite');
  const { graph } = readTflite(readFileSync(fileOf()));
  expect(getValue(graph, graph.inputs[0]).type.shape).toEqual([1, 4, 1]);
  const ofNewRows = await duty(folder);
  await runMain(folder, ['export-c', '--standalone', 'c', '--name', 'model']);
  expect(readFileSync(join(folder, 'c/model_stream.h'), 'utf8')).toContain('#define MODEL_STREAM_ROWS 4u');
  await runMain(folder, ['export-c', '--tflm', 'tflm']);
  expect(readFileSync(join(folder, 'tflm/stream.h'), 'utf8')).toContain('#define STREAM_ROWS 24u');
  writeFileSync(join(folder, 'tinyml.config.json'), projectText({}));
  expect(await hear(folder)).toEqual(reusing);
  expect(reusing.events.length).toBeGreaterThan(0);
  expect(existsSync(fileOf())).toBe(false);
  const ofWindows = await duty(folder);
  if (ofNewRows !== undefined) {
    expect(ofNewRows).toBeGreaterThan(0);
    expect(ofNewRows).toBeLessThan(0.5 * (ofWindows ?? 0));
  }
});
