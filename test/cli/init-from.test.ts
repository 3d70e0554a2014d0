/** `tinyml init --from`: from a table to a project that is ready to run. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

/** A pump: warm or not, and a column that gives away what is asked. */
function writePump(folder: string, bad = ''): void {
  const random = createRandom(5, 'pump');
  const lines = Array.from({ length: 200 }, (_, i) => {
    const fails = random.uniform() < 0.4;
    const heat = (fails ? 2 : 0) + random.normal();
    return `${i + 1},${heat.toFixed(3)},${random.normal().toFixed(3)},${fails ? 9 : 1},4,${fails ? 'fails' : 'runs'}`;
  });
  writeFileSync(join(folder, 'pump.csv'), `id,heat,noise,code,flat,state\n${lines.join('\n')}\n${bad}`);
}

describe('init --from', () => {
  it('writes a project, divides the data, and tells what gives the target away', async () => {
    const folder = makeFolder();
    writePump(folder);
    const { code, stdout, stderr } = await runMain(folder, [
      'init',
      '--from',
      'pump.csv',
      '--target',
      'state',
      'p',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('always the same');
    expect(stdout).toContain('counts rows');
    expect(stderr).toMatch(/"code".*"state"/);
    const { dataset } = JSON.parse(readFileSync(join(folder, 'p/tinyml.config.json'), 'utf8'));
    expect(dataset).toMatchObject({
      path: '../pump.csv',
      features: ['heat', 'noise', 'code'],
      ignore: ['id', 'flat'],
    });
    expect(existsSync(join(folder, 'p/artifacts/dataset/latest'))).toBe(true);
    const again = await runMain(join(folder, 'p'), ['dataset', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ ran: false });
  });

  it('prints the same as JSON', async () => {
    const folder = makeFolder();
    writePump(folder);
    const { stdout } = await runMain(folder, ['init', '--from', 'pump.csv', '--json', 'p']);
    expect(JSON.parse(stdout)).toMatchObject({
      written: join('p', 'tinyml.config.json'),
      found: {
        source: 'csv',
        task: 'classification',
        rows: 200,
        columns: expect.arrayContaining([expect.objectContaining({ name: 'flat', role: 'ignored' })]),
      },
    });
  });

  it('names a row that it cannot read, and leaves out as many as it may', async () => {
    const folder = makeFolder();
    writePump(folder, '201,1\n');
    const refused = await runMain(folder, ['init', '--from', 'pump.csv', '--target', 'state', 'p']);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/pump\.csv.*202/);
    expect(existsSync(join(folder, 'p'))).toBe(false);
    const args = ['init', '--from', 'pump.csv', '--target', 'state', '--skip-bad', '1', 'p'];
    expect((await runMain(folder, args)).code).toBe(0);
  });

  it('ends, run, with scores, a sketch and a report, and does nothing the second time', async () => {
    const folder = makeFolder();
    writePump(folder);
    await runMain(folder, ['init', '--from', 'pump.csv', '--target', 'state', '--ignore', 'code', 'p']);
    const project = join(folder, 'p');
    await runMain(project, ['train', '--epochs', '20']);
    const { code, stdout } = await runMain(project, ['run']);
    expect(code).toBe(0);
    expect(stdout).toContain('accuracy, %');
    expect(stdout).toContain('Report: report.html');
    for (const path of ['sketch/sketch.ino', 'sketch/model.cpp', 'report.html'])
      expect(existsSync(join(project, path))).toBe(true);
    expect((await runMain(project, ['run'])).stdout).toContain('Nothing to do');
    writePump(folder, '201,1,1,1,4,runs\n');
    const again = await runMain(project, ['run', '--json']);
    const made = (JSON.parse(again.stdout) as { stages: { stage: string; ran: boolean }[] }).stages;
    expect(made.every(({ ran }) => ran)).toBe(true);
  });

  it('keeps a model within the bytes that are asked for', async () => {
    const folder = makeFolder();
    writePump(folder);
    await runMain(folder, ['init', '--from', 'pump.csv', '--target', 'state', '--max-bytes', '1500', 'p']);
    const { model, check } = JSON.parse(readFileSync(join(folder, 'p/tinyml.config.json'), 'utf8'));
    expect(model).toMatchObject({ architecture: 'mlp', fit: { flash: 1500 } });
    expect(check).toMatchObject({ flash: 1500 });
  });
});
