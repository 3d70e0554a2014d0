/** What the checks of the data find is a warning, and ends the commands of who is strict. */

import { afterAll, expect, it } from 'vitest';
import { removeFolders, runMain } from './run-main.ts';
import { makeFiles } from './table-projects.ts';

afterAll(removeFolders);

it('a column that never changes', async () => {
  const rows = Array.from({ length: 60 }, (_, i) => `${(i * 37) % 59},7,${(i * 23) % 61}\n`).join('');
  const dataset = {
    source: 'csv',
    path: 't.csv',
    task: 'regression',
    target: 'y',
    prepare: [{ step: 'standard' }],
  };
  const folder = makeFiles({ 't.csv': `a,b,y\n${rows}`, 'tinyml.config.json': JSON.stringify({ dataset }) });
  const warned = await runMain(folder, ['dataset']);
  expect([warned.code, warned.stderr]).toEqual([
    0,
    expect.stringContaining('warning Column "b" is 7 in all 36 rows'),
  ]);
  for (const argv of [['dataset'], ['run']]) {
    const { code, stderr } = await runMain(folder, [...argv, '--strict']);
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining('The data do not pass the checks: Column "b"'),
    ]);
  }
});

it('nothing is wrong with samples that are made', async () => {
  expect((await runMain(makeFiles({}), ['dataset', '--strict'])).code).toBe(0);
});
