/** Rows of which no sample is made are counted, and whoever listens is told why. */

import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../../src/artifacts/memory-store.ts';
import { silentReporter } from '../../../src/core/reporter.ts';
import { type ProjectInput, parseProject } from '../../../src/stages/config.ts';
import { readDescription } from '../../../src/stages/dataset-reader.ts';
import { Pipeline } from '../../../src/stages/pipeline.ts';
import { filesOf, rows } from '../text-files.ts';

const drawn = (i: number): number => (Math.imul(i + 1, 2654435761) >>> 8) % 997;

async function make(table: string, dataset: object) {
  const told: { readonly as: 'info' | 'warn'; readonly text: string }[] = [];
  const report = {
    ...silentReporter,
    info: (text: string) => void told.push({ as: 'info', text }),
    warn: (text: string) => void told.push({ as: 'warn', text }),
  };
  const config = parseProject({
    dataset: { source: 'csv', path: 't.csv', task: 'regression', target: 'y', ...dataset },
  } as ProjectInput);
  const pipeline = new Pipeline({
    config,
    store: memoryStore(),
    listFiles: filesOf({ 't.csv': table }),
    report,
  });
  const { artifact } = await pipeline.run('dataset');
  return {
    dropped: artifact.manifest.metrics.dropped,
    described: readDescription(artifact)?.dropped,
    told: told.filter(({ text }) => text.includes('rows')),
  };
}

describe('rows in which something is missing', () => {
  const table = (every: number): string =>
    `a,b,kind,y\n${rows(200, (i) => `${i % every === 0 ? '' : drawn(i)},${i % every < 2 ? -200 : drawn(i + 300)},${'uv'[i % 2]},${drawn(i + 600)}`)}`;

  it('are said with the columns, and a warning from a tenth of all on', async () => {
    const few = await make(table(40), { missing: { codes: [-200] } });
    expect(few).toMatchObject({ dropped: 10, described: 10 });
    expect(few.told).toEqual([
      {
        as: 'info',
        text: '10 of 200 rows (5%) are left out, because something is missing in them: "b" in 10, "a" in 5.',
      },
    ]);
    const many = await make(table(10), { missing: { codes: [-200] } });
    expect(many.dropped).toBe(40);
    expect(many.told).toEqual([
      {
        as: 'warn',
        text: '40 of 200 rows (20%) are left out, because something is missing in them: "b" in 40, "a" in 20. Take columns that are often empty out of "features" (or, without "features", name them in "ignore"), or have them filled: "policy": "keep" in "missing", and { "step": "fill" } first in "prepare".',
      },
    ]);
  });

  it('are none where every row is whole, and none that a code leaves out are texts', async () => {
    const whole = `kind,a,y\n${rows(200, (i) => `${'uv'[i % 2]},${drawn(i) + 2},${drawn(i + 600) + 2}`)}`;
    expect(await make(whole, { missing: { codes: [0] } })).toEqual({ dropped: 0, described: 0, told: [] });
  });

  it('are blamed on nothing that a step fills', async () => {
    const { told, dropped } = await make(
      `a,y\n${rows(100, (i) => `${i % 5 ? drawn(i) : ''},${i % 50 ? drawn(i + 9) : ''}`)}`,
      {
        missing: { policy: 'keep' },
        prepare: [{ step: 'fill', with: 'mean' }],
      },
    );
    expect(dropped).toBe(2);
    expect(told[0].text).toContain('missing in them: "y" in 2.');
  });

  it('are refused where they are kept and no step fills them', async () => {
    const table = `a,kind,y\n${rows(100, (i) => `${i % 5 ? drawn(i) : ''},${i % 7 ? 'uv'[i % 2] : ''},${drawn(i + 9)}`)}`;
    const keep = { missing: { policy: 'keep' } };
    await expect(make(table, keep)).rejects.toMatchObject({ code: 'nothing-fills' });
    // A text that is missing is none of the known ones, which is a number.
    expect((await make(table, { ...keep, ignore: ['a'] })).dropped).toBe(0);
    expect((await make(table, { ...keep, prepare: [{ step: 'fill' }] })).dropped).toBe(0);
  });

  it('name their columns where they are all rows', async () => {
    await expect(make('a,b,y\n1,,2\n,,3\n', {})).rejects.toThrow(
      'missing in all 2 rows ("b" in 2, "a" in 1)',
    );
  });
});

it('numbers that float32 cannot hold are said, unless a code says that they stand for nothing', async () => {
  const table = `a,b,y\n${rows(100, (i) => `${i % 10 ? drawn(i) : '1e300'},${drawn(i + 1)},${i % 25 ? drawn(i + 2) : '-2e39'}`)}`;
  const { told, dropped } = await make(table, {});
  expect(dropped).toBe(12);
  expect(told[0]).toEqual({
    as: 'warn',
    text: 'Numbers beyond float32 (3.4e38) count as missing: "a" in 10, "y" in 4 rows. Name them in "codes" of "missing" where they stand for nothing.',
  });
  const coded = await make(table, { missing: { codes: [1e300, -2e39] } });
  expect(coded.told.map(({ text }) => text)).toEqual([expect.stringContaining('are left out')]);
  const filled = await make(table, { missing: { policy: 'previous' } });
  expect(filled.told[0].text).toContain('beyond float32 (3.4e38) count as missing: "a" in 10, "y" in 4 rows');
});

it('rows that fill no window are said', async () => {
  const table = (gap: number): string =>
    `a,y\n${rows(210, (i) => `${i === gap ? '' : drawn(i)},${drawn(i + 600)}`)}`;
  const windows = { window: { length: 20, stride: 10 } };
  expect((await make(table(-1), windows)).told).toEqual([]);
  // 105 rows, a gap, and 104 rows: 5 behind the last window of the first run, 4 behind that of the second.
  expect((await make(table(105), windows)).told.map(({ text }) => text)).toContain(
    '9 of 209 rows (4.31%) are in no window: what follows in one recording without a gap is shorter than 20 rows.',
  );
  expect((await make(table(-1), { window: { length: 45, stride: 45 } })).told).toContainEqual({
    as: 'warn',
    text: expect.stringMatching(/^30 of 210 rows \(14.3%\) are in no window/),
  });
});

it('a column that is seen and ignored is refused', async () => {
  const table = `a,b,y\n${rows(100, (i) => `${drawn(i)},${drawn(i + 3)},${drawn(i + 9)}`)}`;
  const wrong = { features: ['a', 'b'], ignore: ['b'] };
  await expect(make(table, wrong)).rejects.toMatchObject({ code: 'ignored-feature' });
  await expect(make(table, { features: ['a'], ignore: ['b'] })).resolves.toMatchObject({ dropped: 0 });
});
