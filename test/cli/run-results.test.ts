/** What tinyml run says stays said where the C sources cannot be put into their folder. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { removeFolders, runMain } from './run-main.ts';
import { makeTableProject } from './table-projects.ts';

afterAll(removeFolders);

function makeSketchProject(): string {
  return makeTableProject('regression', {
    export: { layout: 'arduino', directory: 'sketch' },
    report: 'report.html',
  });
}

it('prints scores and writes the report before the sources, which fail', async () => {
  const folder = makeSketchProject();
  mkdirSync(join(folder, 'sketch'));
  writeFileSync(join(folder, 'sketch', 'model.h'), 'mine');
  const { code, stdout, stderr } = await runMain(folder, ['run']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('sketch/model.h: changed since')]);
  expect(stdout).toMatch(/MAE +\S+ +\S+.*Report: report\.html/s);
  expect(existsSync(join(folder, 'report.html'))).toBe(true);
  const json = await runMain(folder, ['run', '--json']);
  expect(json.code).toBe(2);
  expect(JSON.parse(json.stdout)).toMatchObject({
    evaluation: { task: 'regression' },
    report: 'report.html',
    written: [],
    error: { code: 'not-generated', hint: expect.stringContaining('--force') },
  });
});

it('prints scores where the stage of the sources itself fails', async () => {
  const folder = makeTableProject('regression', { export: { name: 'int' }, report: 'report.html' });
  const { code, stdout, stderr } = await runMain(folder, ['run']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('int')]);
  expect(stdout).toMatch(/MAE +\S+ +\S+/);
  expect(existsSync(join(folder, 'report.html'))).toBe(true);
});

it('says where the sources are and how many, and how many findings there are, each time', async () => {
  const folder = makeSketchProject();
  const table = readFileSync(join(folder, 'table.csv'), 'utf8');
  writeFileSync(join(folder, 'table.csv'), table.replace(/,y\n/, ',y,same\n').replace(/(\d)\n/g, '$1,7\n'));
  for (const state of ['made', 'up to date']) {
    const { code, stdout } = await runMain(folder, ['run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`dataset +${state} +120 train, .*1 finding: artifacts/dataset/`));
    expect(stdout).toMatch(/C source: sketch, \d\d files\nReport: report\.html/);
    expect(stdout).not.toContain('model_settings.h');
  }
  const { stdout } = await runMain(folder, ['run', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ findings: 1 });
});
