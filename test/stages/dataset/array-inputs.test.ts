/** Inputs that are arrays beside numbers: of an archive, of files, and in windows. */

import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../../src/artifacts/memory-store.ts';
import type { Artifact } from '../../../src/artifacts/store.ts';
import { parsePreparation } from '../../../src/data/preparing/preparation.ts';
import { writeNpz } from '../../../src/data/records/write-npz.ts';
import { encodePng } from '../../../src/data/sources/images/encode-png.ts';
import { type ProjectInput, parseProject } from '../../../src/stages/config.ts';
import { readFindings, readInputs, readSplit } from '../../../src/stages/dataset-reader.ts';
import { Pipeline } from '../../../src/stages/pipeline.ts';
import { filesOf, rows } from '../text-files.ts';

async function make(
  files: Readonly<Record<string, string | Uint8Array>>,
  dataset: object,
): Promise<Artifact> {
  const config = parseProject({
    dataset,
    model: { layers: [{ type: 'Dense', units: 1 }] },
  } as ProjectInput);
  const pipeline = new Pipeline({ config, store: memoryStore(), listFiles: filesOf(files) });
  return (await pipeline.run('dataset')).artifact;
}

const COUNT = 30;

function samplesOf(artifact: Artifact): readonly number[][] {
  const { shape, data } = readSplit(artifact, 'train').x;
  return Array.from({ length: shape[0] }, (_, i) => [...data.subarray(i * shape[1], (i + 1) * shape[1])]);
}

describe('an array beside numbers', () => {
  const arrays = new Map([
    ['map', { shape: [COUNT, 2, 2], data: Float32Array.from({ length: 4 * COUNT }, (_, i) => i) }],
    ['load', { shape: [COUNT], data: Float32Array.from({ length: COUNT }, (_, i) => 100 * i) }],
    ['y', { shape: [COUNT], data: Float32Array.from({ length: COUNT }, (_, i) => i % 7) }],
  ]);
  const files = { 'd.npz': writeNpz(arrays) };
  const dataset = {
    source: 'npz',
    path: 'd.npz',
    task: 'regression',
    target: 'y',
    inputs: [
      { name: 'field', features: ['map'], prepare: [{ step: 'scale', from: [0, 2], to: [0, 1] }] },
      { name: 'known', features: ['load'] },
    ],
  };

  it('is an input of its own shape', async () => {
    const artifact = await make(files, dataset);
    expect(readInputs(artifact)).toEqual([
      { name: 'field', shape: [2, 2] },
      { name: 'known', shape: [1] },
    ]);
    for (const [a, b, c, d, load] of samplesOf(artifact))
      expect([b - a, c - a, d - a, load]).toEqual([0.5, 1, 1.5, (100 * a) / 2]);
  });

  it('stands in no input with them', async () => {
    const inputs = [{ name: 'all', features: ['map', 'load'] }, dataset.inputs[1]];
    await expect(make(files, { ...dataset, inputs })).rejects.toMatchObject({ code: 'column-shapes' });
  });

  it('leaves the numbers to the checks of the data', async () => {
    const same = { shape: [COUNT], data: new Float32Array(COUNT).fill(3) };
    const artifact = await make({ 'd.npz': writeNpz(new Map([...arrays, ['load', same]])) }, dataset);
    expect(readFindings(artifact).map(({ sentence }) => sentence)).toContainEqual(
      expect.stringContaining('Column "load" is 3 in all'),
    );
  });
});

it('windows of rows that name files are series of pictures', async () => {
  const picture = (value: number) =>
    encodePng({ width: 2, height: 1, channels: 1, data: Uint8Array.from([value, value + 1]), white: 255 });
  const pictures = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`cam/${i}.png`, picture(5 * i)] as const),
  );
  const table = `frame,speed,y\n${rows(40, (i) => `${i}.png,${i},${i % 5}`)}`;
  const artifact = await make(
    { ...pictures, 'cam/t.csv': table },
    {
      source: 'csv',
      path: 'cam/t.csv',
      task: 'regression',
      target: 'y',
      window: { length: 3, stride: 1 },
      inputs: [
        { name: 'film', source: 'images', column: 'frame', format: { width: 2, height: 1, channels: 1 } },
        { name: 'speed', features: ['speed'], rows: 'last' },
      ],
    },
  );
  expect(readInputs(artifact)).toEqual([
    { name: 'film', shape: [3, 1, 2, 1] },
    { name: 'speed', shape: [1] },
  ]);
  for (const [a, b, ...others] of samplesOf(artifact))
    expect([b, ...others]).toEqual([a + 1, a + 5, a + 6, a + 10, a + 11, a / 5 + 2]);
  const { inputs = [] } = parsePreparation(artifact.read('preparation.json'));
  expect(inputs.map(({ columns, shape }) => [columns, shape])).toEqual([
    [[0], [1, 2, 1]],
    [[2], undefined],
  ]);
});

describe('a preparation of arrays from anybody', () => {
  const input = (more: object) => ({ name: 'a', columns: [0], rows: 'all', steps: [], ...more });
  const parse = (one: object) =>
    parsePreparation(
      JSON.stringify({ version: 1, inputShape: [8], steps: [], inputs: [input(one), input({ name: 'b' })] }),
    );

  it('lies within the sample', () => {
    expect(parse({ columns: [2], shape: [3, 2] }).inputs?.[0].shape).toEqual([3, 2]);
    expect(() => parse({ columns: [3], shape: [3, 2] })).toThrow('sees more than the 8 readings');
    expect(() => parse({ shape: [2 ** 30, 2 ** 30] })).toThrow('sees more than the 8 readings');
    expect(() => parse({ columns: [0, 1], shape: [2] })).toThrow('is more than one array');
  });
});

it('tables of other kinds name files, too, and those for the test alone files of their own folder', async () => {
  const picture = (value: number) =>
    encodePng({ width: 1, height: 1, channels: 1, data: Uint8Array.of(value), white: 255 });
  const table = (count: number) =>
    rows(count, (i) => JSON.stringify({ see: `${i}.png`, load: i, y: (3 * i) % 5 }));
  const pictures = (folder: string, count: number, first: number) =>
    Array.from({ length: count }, (_, i) => [`${folder}/${i}.png`, picture(first + i)] as const);
  const files = {
    ...Object.fromEntries([...pictures('own', 20, 0), ...pictures('other', 4, 100)]),
    'own/t.jsonl': table(20),
    'other/t.jsonl': table(4),
  };
  const artifact = await make(files, {
    source: 'json',
    format: { layout: 'lines' },
    path: 'own/t.jsonl',
    test: 'other/t.jsonl',
    task: 'regression',
    target: 'y',
    inputs: [
      { name: 'eye', source: 'images', column: 'see', format: { width: 1, height: 1, channels: 1 } },
      { name: 'known', features: ['load'] },
    ],
  });
  expect([...readSplit(artifact, 'test').x.data]).toEqual([100, 0, 101, 1, 102, 2, 103, 3]);
  for (const [seen, load] of samplesOf(artifact)) expect(seen).toBe(load);
});
