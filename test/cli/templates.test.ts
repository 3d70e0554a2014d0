/** `tinyml init --template`: every one is written, trained, measured and exported. */

import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { InitJson, RunJson } from '../../src/index.ts';
import type { Task } from '../../src/models/score/tasks.ts';
import { TEMPLATE_NAMES, TEMPLATE_SUMMARIES, type TemplateName } from '../../src/stages/templates/names.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

/** How often training sees the data: as little as leaves something to measure. */
const EPOCHS = '2';

const TASKS: Readonly<Record<TemplateName, Task>> = {
  sine: 'regression',
  motion: 'classification',
  'csv-regression': 'regression',
  gesture: 'classification',
  vibration: 'classification',
  keyword: 'classification',
  vision: 'classification',
  anomaly: 'anomaly',
};

describe.each(TEMPLATE_NAMES)('%s', (name) => {
  it('writes a project that runs from data to C, without a complaint about its data', async () => {
    const folder = makeFolder();
    const init = await runMain(folder, ['init', '--template', name, 'made', '--json']);
    expect([init.code, init.stderr]).toEqual([0, expect.not.stringMatching(/^(warning|error)/m)]);
    const { written, data, found } = JSON.parse(init.stdout) as InitJson;
    expect(written).toBe('made/tinyml.config.json');
    const made = join(folder, 'made');
    expect(existsSync(join(made, 'data'))).toBe(data !== undefined);
    if (found !== undefined) {
      const listed = readdirSync(join(made, 'data'), { recursive: true, withFileTypes: true });
      expect(listed.filter((entry) => entry.isFile())).toHaveLength(found.files);
    }

    const train = await runMain(made, ['train', '--epochs', EPOCHS]);
    expect(train.stderr).not.toMatch(/^(warning|error)/m);
    const run = await runMain(made, ['run', '--json']);
    expect(run.stderr).not.toMatch(/^(warning|error)/m);
    expect([train.code, run.code]).toEqual([0, 0]);
    const { evaluation, stages } = JSON.parse(run.stdout) as RunJson;
    expect(evaluation.task).toBe(TASKS[name]);
    expect(stages.map(({ stage }) => stage)).toContain('export-c');
    const source = data === undefined ? 'export/model_data.cc' : 'sketch/model.cpp';
    expect(readFileSync(join(made, source), 'utf8')).toContain('g_model');
  });
});

it('says where your own files go, and lists the templates', async () => {
  const folder = makeFolder();
  const { stderr } = await runMain(folder, ['init', '--template', 'anomaly', 'pump']);
  expect(stderr).toContain('Put your own files in place of pump/data, then run "tinyml run" in that folder.');
  const help = await runMain(folder, ['init', '--help']);
  for (const name of TEMPLATE_NAMES) expect(help.stdout).toContain(TEMPLATE_SUMMARIES[name]);
});

describe('is refused, and writes nothing,', () => {
  const refused = async (folder: string, ...argv: string[]) => {
    const { code, stderr } = await runMain(folder, ['init', '--template', ...argv]);
    expect(readdirSync(folder).filter((name) => name.startsWith('tinyml'))).toEqual([]);
    return { code, stderr };
  };

  it('where there are data already', async () => {
    const folder = makeFolder();
    mkdirSync(join(folder, 'data'));
    const { code, stderr } = await refused(folder, 'gesture');
    expect([code, stderr]).toEqual([2, expect.stringContaining('data exists already; nothing was written')]);
    expect(stderr).toContain('tinyml init --from data');
    expect((await runMain(folder, ['init', '--template', 'sine'])).code).toBe(0);
  });

  it('of another name, together with data, and with what is said of data', async () => {
    const folder = makeFolder();
    expect((await refused(folder, 'gestures')).code).toBe(2);
    expect((await refused(folder, 'gesture', '--from', '.')).code).toBe(2);
    expect((await refused(folder, 'gesture', '--target', 'x')).code).toBe(2);
  });
});
