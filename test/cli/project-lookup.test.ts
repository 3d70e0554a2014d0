/** Which project a command works on, and what it says about it. */

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeFolder, makeProject, removeFolders, runMain, SMALL_PROJECT } from './run-main.ts';

afterAll(removeFolders);

it('is that of the nearest folder above, whose artifacts are used from everywhere, with a word', async () => {
  const folder = makeProject();
  const below = join(folder, 'boards', 'nano');
  mkdirSync(below, { recursive: true });
  const { code, stderr } = await runMain(below, ['run']);
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining('The project is that of ../../tinyml.config.json.'),
  ]);
  for (const path of ['artifacts/train/latest', 'export/model_data.cc']) {
    expect(existsSync(join(folder, path)), path).toBe(true);
  }
  expect(existsSync(join(below, 'artifacts'))).toBe(false);
  const above = await runMain(folder, ['run']);
  expect(above.stdout).toContain('Nothing to do');
  expect(above.stderr).not.toContain('The project');
  // What the command line names is where the command runs.
  const converted = await runMain(below, ['convert', '-o', 'm.tflite']);
  expect(converted.code).toBe(0);
  expect(existsSync(join(below, 'm.tflite'))).toBe(true);
});

it('is the one that --config names, and its folder', async () => {
  const [folder, elsewhere] = [makeProject(), makeFolder()];
  writeFileSync(join(folder, 'small.json'), JSON.stringify({ ...SMALL_PROJECT, seed: 77 }));
  const config = join(folder, 'small.json');
  const { code, stdout, stderr } = await runMain(elsewhere, ['dataset', '--config', config, '--json']);
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('project')]);
  expect(JSON.parse(stdout)).toMatchObject({ seed: 77 });
  expect(existsSync(join(folder, 'artifacts/dataset/latest'))).toBe(true);
  const missing = await runMain(elsewhere, ['run', '--config', 'none.json']);
  expect([missing.code, missing.stderr]).toEqual([3, expect.stringContaining('none.json does not exist')]);
});

it('is the built-in one where there is none, with a word', async () => {
  const { code, stderr } = await runMain(makeFolder(), ['dataset', '--samples', '50']);
  expect([code, stderr]).toEqual([0, expect.stringContaining('this is the built-in project')]);
});

it('of any depth is read or refused', async () => {
  const folder = makeFolder();
  const deep = `${'['.repeat(20000)}${']'.repeat(20000)}`;
  for (const text of [deep, `{"seed": ${deep}}`, `{"model": {"layers": ${deep}}}`, `{"extra": ${deep}}`]) {
    writeFileSync(join(folder, 'tinyml.config.json'), text);
    const { code, stderr } = await runMain(folder, ['dataset']);
    expect([code, stderr]).toEqual([3, expect.stringContaining('tinyml.config.json')]);
  }
});
