/** What is wrong with data is said, and kept; strict projects end with it. */

import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../../src/artifacts/memory-store.ts';
import { silentReporter } from '../../../src/core/reporter.ts';
import { type ProjectInput, parseProject } from '../../../src/stages/config.ts';
import { readFindings } from '../../../src/stages/dataset-reader.ts';
import { Pipeline } from '../../../src/stages/pipeline.ts';
import { filesOf, rows } from '../text-files.ts';

/** Whole numbers that look drawn, and are the same everywhere. */
const drawn = (i: number, below: number): number => (Math.imul(i + 1, 2654435761) >>> 8) % below;

async function findings(table: string, dataset: object, strict = false) {
  const warned: string[] = [];
  const report = { ...silentReporter, warn: (text: string) => void warned.push(text) };
  const config = parseProject({ dataset: { source: 'csv', path: 't.csv', ...dataset } } as ProjectInput);
  const listFiles = filesOf({ 't.csv': table });
  const pipeline = new Pipeline({ config, store: memoryStore(), listFiles, report });
  const { artifact } = await pipeline.run('dataset', strict ? { strict } : {});
  return { found: readFindings(artifact), warned };
}

const checksOf = async (table: string, dataset: object): Promise<string[]> =>
  (await findings(table, dataset)).found.map(({ check }) => check);

const regression = { task: 'regression', target: 'y', prepare: [{ step: 'standard' }] };
const classification = { task: 'classification', target: 'y', prepare: [{ step: 'standard' }] };

describe('columns', () => {
  const clean = `a,b,y\n${rows(200, (i) => `${drawn(i, 997)},${drawn(i + 500, 991)},${drawn(i + 900, 983)}`)}`;

  it('that are right are not talked of', async () => {
    expect(await findings(clean, regression)).toEqual({ found: [], warned: [] });
    expect((await findings(clean, regression, true)).found).toEqual([]);
  });

  it('that never change are named, to whoever listens and in the artifact', async () => {
    const table = `a,b,y\n${rows(200, (i) => `${drawn(i, 997)},7,${drawn(i + 900, 983)}`)}`;
    const { found, warned } = await findings(table, regression);
    expect(found).toEqual([{ check: 'constant-column', sentence: expect.stringContaining('"b" is 7') }]);
    expect(warned).toEqual([found[0].sentence]);
    await expect(findings(table, regression, true)).rejects.toMatchObject({
      code: 'data-checks',
      kind: 'input',
    });
  });

  it('that are the answer times a constant are named', async () => {
    const table = `a,b,y\n${rows(200, (i) => `${drawn(i, 997)},${3 * drawn(i + 900, 983) + 1},${drawn(i + 900, 983)}`)}`;
    expect(await checksOf(table, regression)).toEqual(['decided-by-one-column']);
    expect(await checksOf(table, { ...regression, ignore: ['b'] })).toEqual([]);
  });

  it('of which one decides the class are named', async () => {
    const table = `a,b,y\n${rows(200, (i) => `${drawn(i, 997)},${drawn(i + 500, 991)},${drawn(i, 997) > 500 ? 'x' : 'z'}`)}`;
    const { found } = await findings(table, classification);
    expect(found.map(({ sentence }) => sentence)).toEqual([expect.stringContaining('"a" alone decides "y"')]);
  });

  it('that vary a hundred times as much as others want a scale', async () => {
    const table = `a,b,y\n${rows(200, (i) => `${drawn(i, 997)},${drawn(i + 500, 991) * 1000},${drawn(i + 900, 983)}`)}`;
    expect(await checksOf(table, { ...regression, prepare: [] })).toEqual(['unscaled-ranges']);
    expect(await checksOf(table, regression)).toEqual([]);
  });
});

describe('groups', () => {
  const table = `who,a,y\n${rows(200, (i) => `p${i % 10},${drawn(i, 997)},${drawn(i + 900, 983)}`)}`;

  it('of a column that are torn apart are named, and those that are not, not', async () => {
    const { found } = await findings(table, { ...regression, group: 'who' });
    expect(found.map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/^10 of 10 groups of "who" have samples in several splits, "p0" for one/),
    ]);
    const grouped = {
      ...regression,
      group: 'who',
      split: { by: 'group', train: 0.6, validation: 0.2, test: 0.2 },
    };
    expect(await checksOf(table, grouped)).toEqual([]);
  });

  it('are recordings of which windows lie in several parts', async () => {
    const windows = { ...regression, ignore: ['who'], window: { length: 4, stride: 2 } };
    expect(await checksOf(table, windows)).toEqual(['split-group']);
    const inTime = { ...windows, split: { by: 'time', train: 0.6, validation: 0.2, test: 0.2 } };
    expect(await checksOf(table, inTime)).toEqual([]);
    expect(await checksOf(table, { ...windows, recordingRows: 4 })).toEqual([]);
  });
});

it('a column that counts rows anew in every recording is named', async () => {
  const table = `who,n,a,y\n${rows(200, (i) => `p${Math.floor(i / 25)},${i % 25},${drawn(i, 997)},${drawn(i + 900, 983)}`)}`;
  const { found } = await findings(table, {
    ...regression,
    features: ['n', 'a'],
    group: 'who',
    window: { length: 5, stride: 5 },
  });
  expect(found.map(({ sentence }) => sentence)).toContainEqual(
    expect.stringMatching(/^Column "n" rises from row to row in every recording/),
  );
  expect(await checksOf(table, { ...regression, features: ['n', 'a'] })).toEqual([]);
});

it('the same sample in two parts is counted', async () => {
  const table = `a,b,y\n${rows(200, (i) => `${drawn(i % 50, 997)},${drawn((i % 50) + 500, 991)},${drawn(i + 900, 983)}`)}`;
  expect(new Set(await checksOf(table, regression))).toEqual(new Set(['duplicate-samples']));
});

it('a class that training never sees is an error', async () => {
  const table = `a,t,y\n${rows(100, (i) => `${drawn(i, 997)},${i},${i < 90 ? 'uv'[i % 2] : 'w'}`)}`;
  const late = {
    ...classification,
    time: 't',
    columns: { t: 'number' },
    split: { by: 'time', train: 0.6, validation: 0.2, test: 0.2 },
  };
  await expect(findings(table, late)).rejects.toThrow('"w"');
});
