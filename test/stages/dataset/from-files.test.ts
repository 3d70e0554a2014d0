/** Datasets of files: from texts in memory to the arrays that training reads. */

import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../../src/artifacts/memory-store.ts';
import type { Artifact } from '../../../src/artifacts/store.ts';
import { parsePreparation } from '../../../src/data/preparing/preparation.ts';
import { type ProjectInput, parseProject } from '../../../src/stages/config.ts';
import { readDescription, readNormalization, readSplit } from '../../../src/stages/dataset-reader.ts';
import { Pipeline } from '../../../src/stages/pipeline.ts';
import { filesOf, rows } from '../text-files.ts';

async function make(
  texts: Readonly<Record<string, string>>,
  dataset: object,
  overrides: Readonly<Record<string, number>> = {},
): Promise<Artifact> {
  const config = parseProject({ dataset: { source: 'csv', ...dataset } } as ProjectInput);
  const pipeline = new Pipeline({ config, store: memoryStore(), listFiles: filesOf(texts) });
  return (await pipeline.run('dataset', overrides)).artifact;
}

describe('rows of a table', () => {
  const table = `a,kind,b,y\n${rows(50, (i) => `${i},${'uv'[i % 2]},${10 * i},${i % 3 === 0 ? 'yes' : 'no'}`)}`;
  const dataset = { path: 't.csv', task: 'classification', target: 'y' };

  it('become inputs, categories as columns, and the second of two classes is 1', async () => {
    const artifact = await make({ 't.csv': table }, dataset);
    const { x, y } = readSplit(artifact, 'train');
    expect(x.shape).toEqual([30, 4]);
    expect(y.shape).toEqual([30, 1]);
    for (let sample = 0; sample < 30; sample++) {
      const [a, u, v, b] = x.data.subarray(4 * sample, 4 * sample + 4);
      expect([u, v, b]).toEqual([a % 2 === 0 ? 1 : 0, a % 2, 10 * a]);
      expect(y.data[sample]).toBe(a % 3 === 0 ? 1 : 0);
    }
    expect(readDescription(artifact)).toMatchObject({
      task: 'classification',
      features: ['a', 'kind', 'b'],
      targets: ['y'],
      classes: ['no', 'yes'],
      rows: 50,
      dropped: 0,
      parts: { train: { samples: 30 }, validation: { samples: 10 }, test: { samples: 10 } },
    });
  });

  it('are in exactly one part each', async () => {
    const artifact = await make({ 't.csv': table }, dataset);
    const all = (['train', 'validation', 'test'] as const).flatMap((part) => {
      const { data } = readSplit(artifact, part).x;
      return Array.from({ length: data.length / 4 }, (_, i) => data[4 * i]);
    });
    expect(all.sort((p, q) => p - q)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  it('are standardized by the training split alone', async () => {
    const artifact = await make(
      { 't.csv': table },
      { ...dataset, features: ['a'], prepare: [{ step: 'standard' }] },
    );
    const { data } = readSplit(artifact, 'train').x;
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    expect(mean).toBeCloseTo(0, 5);
    expect(Math.sqrt(data.reduce((sum, value) => sum + value ** 2, 0) / data.length)).toBeCloseTo(1, 5);
    const [affine] = parsePreparation(artifact.read('preparation.json')).steps;
    expect(affine.step).toBe('affine');
    expect(readNormalization(artifact)).toEqual(affine.parameters);
  });

  it('have numbers where a regression learns them, not words', async () => {
    await expect(make({ 't.csv': table }, { ...dataset, task: 'regression' })).rejects.toMatchObject({
      code: 'text-target',
    });
    const outputs = [
      { name: 'score', task: 'regression', target: 'y' },
      { name: 'k', task: 'classification', target: 'kind' },
    ];
    await expect(make({ 't.csv': table }, { source: 'csv', path: 't.csv', outputs })).rejects.toMatchObject({
      code: 'text-target',
    });
  });

  it('are every sample of a fold once', async () => {
    const folds = await Promise.all(
      [0, 1, 2, 3, 4].map((fold) =>
        make({ 't.csv': table }, { ...dataset, features: ['a'] }, { fold, folds: 5 }),
      ),
    );
    const tested = folds.flatMap((artifact) => [...readSplit(artifact, 'test').x.data]);
    expect(tested.sort((p, q) => p - q)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });
});

describe('rows with something missing', () => {
  const table = 'a,y\n1,1\n-200,2\n3,3\n,4\n5,5\n6,\n7,7\n8,8\n9,9\n10,10\n11,11\n12,12\n';
  const dataset = { path: 't.csv', task: 'regression', target: 'y', missing: { codes: [-200] } };
  const values = (artifact: Artifact): number[] =>
    (['train', 'validation', 'test'] as const)
      .flatMap((part) => [...readSplit(artifact, part).x.data])
      .sort((p, q) => p - q);

  it('are left out', async () => {
    const artifact = await make({ 't.csv': table }, dataset);
    expect(values(artifact)).toEqual([1, 3, 5, 7, 8, 9, 10, 11, 12]);
    expect(readDescription(artifact)).toMatchObject({ rows: 12, dropped: 3 });
  });

  it('take the value before them', async () => {
    const previous = { ...dataset, missing: { codes: [-200], policy: 'previous' } };
    expect(values(await make({ 't.csv': table }, previous))).toEqual([1, 1, 3, 3, 5, 7, 8, 9, 10, 11, 12]);
  });

  it('are filled by a step', async () => {
    const keep = {
      ...dataset,
      missing: { codes: [-200], policy: 'keep' },
      prepare: [{ step: 'fill', with: 'mean' }],
    };
    const artifact = await make({ 't.csv': table }, keep);
    expect(values(artifact)).toHaveLength(11);
    expect(values(artifact).every(Number.isFinite)).toBe(true);
  });
});

describe('windows of recordings', () => {
  /** Two recordings in one file, five rows each. */
  const file = (from: number): string => `a\n${rows(10, (i) => String(from + i))}`;
  const texts = {
    'd/up/1.csv': file(0),
    'd/up/2.csv': file(100),
    'd/down/1.csv': file(200),
    'd/down/2.csv': file(300),
  };

  it('never cross files or recordings, and folders are classes', async () => {
    const artifact = await make(texts, {
      path: 'd',
      task: 'classification',
      classFrom: 'folder',
      recordingRows: 5,
      window: { length: 4, stride: 1 },
    });
    const windows = (['train', 'validation', 'test'] as const).flatMap((part) => {
      const { x, y } = readSplit(artifact, part);
      expect(x.shape.slice(1)).toEqual([4, 1]);
      return Array.from(y.data, (label, i) => ({ label, window: [...x.data.subarray(4 * i, 4 * i + 4)] }));
    });
    expect(windows).toHaveLength(16);
    for (const { label, window } of windows) {
      const [first] = window;
      expect(window).toEqual([0, 1, 2, 3].map((i) => first + i));
      expect(first % 5).toBeLessThan(2);
      // Classes are sorted: down is 0.
      expect(label).toBe(first < 200 ? 1 : 0);
    }
  });

  it('of the heads of recordings train, and the others are tested', async () => {
    const artifact = await make(texts, {
      path: 'd',
      task: 'classification',
      classFrom: 'folder',
      window: { length: 2, stride: 1 },
      split: { by: 'head', rows: 6, train: 0.6, validation: 0.3, test: 0.1 },
    });
    const firsts = (part: 'train' | 'validation' | 'test'): number[] => {
      const { data } = readSplit(artifact, part).x;
      return Array.from({ length: data.length / 2 }, (_, i) => data[2 * i] % 100);
    };
    expect(Math.max(...firsts('train'))).toBeLessThanOrEqual(Math.min(...firsts('validation')));
    expect(Math.max(...firsts('validation'))).toBe(4);
    expect(Math.min(...firsts('test'))).toBe(5);
  });
});

describe('own test files', () => {
  it('are the test and nothing else', async () => {
    const table = (from: number, count: number) => `a,y\n${rows(count, (i) => `${from + i},${i}`)}`;
    const artifact = await make(
      { 'train.csv': table(0, 20), 'test.csv': table(100, 7) },
      { path: 'train.csv', test: 'test.csv', task: 'regression', target: 'y' },
    );
    expect([...readSplit(artifact, 'test').x.data]).toEqual([100, 101, 102, 103, 104, 105, 106]);
    expect(readSplit(artifact, 'train').x.shape[0]).toBe(15);
    expect(readSplit(artifact, 'validation').x.shape[0]).toBe(5);
  });
});

describe('autoencoders', () => {
  it('see what is normal, and are tested with everything', async () => {
    const table = `a,state\n${rows(60, (i) => `${i},${i % 4 === 3 ? 'broken' : 'ok'}`)}`;
    const artifact = await make(
      { 't.csv': table },
      { path: 't.csv', task: 'anomaly', target: 'state', normal: ['ok'] },
    );
    const labels = (part: 'train' | 'validation' | 'test') => new Set(readSplit(artifact, part).y.data);
    expect(labels('train')).toEqual(new Set([0]));
    expect(labels('validation')).toEqual(new Set([0]));
    expect(labels('test')).toEqual(new Set([0, 1]));
  });
});

describe('mistakes', () => {
  const texts = { 't.csv': 'a,b,y\n1,2,x\n3,oops,x\n5,6,z\n7,8,z\n' };
  const dataset = { path: 't.csv', task: 'classification', target: 'y', columns: { b: 'number' } };

  it.each<[string, object, string]>([
    ['a text among numbers', dataset, 't.csv'],
    ['an unknown column', { ...dataset, target: 'z' }, '"z"'],
    [
      'one class',
      { ...dataset, skipBad: 1, target: 'a', columns: { b: 'number', a: 'category' }, path: 'one.csv' },
      'of the class',
    ],
    [
      'folders that are not there',
      { ...dataset, target: undefined, classFrom: 'folder', skipBad: 1 },
      'folder',
    ],
  ])('%s is a sentence', async (_, given, where) => {
    const one = { ...texts, 'one.csv': 'a,b,y\n1,2,x\n1,3,x\n1,4,x\n' };
    await expect(make(one, given)).rejects.toThrow(where);
  });

  it('are left out in silence where so many are allowed', async () => {
    const lines = rows(20, (i) => (i === 7 ? `${i},oops,x` : `${i},${i},${'xz'[i % 2]}`));
    const artifact = await make({ 't.csv': `a,b,y\n${lines}` }, { ...dataset, skipBad: 1 });
    expect(readDescription(artifact)).toMatchObject({ skipped: 1, rows: 19 });
  });
});

it('an edited file makes the dataset again, an unchanged one does not', async () => {
  const texts: Record<string, string> = { 't.csv': `a,y\n${rows(10, (i) => `${i},${i}`)}` };
  const config = parseProject({ dataset: { source: 'csv', path: 't.csv', task: 'regression', target: 'y' } });
  const store = memoryStore();
  const run = async () =>
    (await new Pipeline({ config, store, listFiles: (path) => filesOf(texts)(path) }).run('dataset')).ran;
  expect(await run()).toBe(true);
  expect(await run()).toBe(false);
  texts['t.csv'] += '10,10\n';
  expect(await run()).toBe(true);
  expect(await run()).toBe(false);
});
