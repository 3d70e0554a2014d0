/** What a project exports: options of one command are of that command, and no file of others is replaced unasked. */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fixturePath } from '../fixtures.ts';
import { makeFolder, makeProject, removeFolders, runMain, SMALL_PROJECT } from './run-main.ts';

afterAll(removeFolders);

const SKETCH = { ...SMALL_PROJECT, export: { layout: 'arduino', directory: 'sketch' } };

function contents(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

describe('options of export-c', () => {
  it.each([
    ['sketch', SKETCH, ['--arduino', 'other']],
    ['sketch', SKETCH, ['--tflm', 'other']],
    ['sketch', SKETCH, ['--style', 'tflm', '-o', 'other']],
    ['export', SMALL_PROJECT, ['--arduino', 'other', '--name', 'g_other']],
    ['export', SMALL_PROJECT, ['--style', 'arduino', '--name', 'g_other', '-o', 'other']],
  ])('are of one command: %s stays as it is', async (directory, project, flags) => {
    const folder = makeProject(project);
    expect((await runMain(folder, ['run', '--seed', '4'])).code).toBe(0);
    const before = contents(join(folder, directory));
    expect((await runMain(folder, ['export-c', ...flags])).code).toBe(0);
    const { code, stderr } = await runMain(folder, ['run']);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('export-c keeps layout')]);
    expect(contents(join(folder, directory))).toEqual(before);
  });

  it('do not change what run --seed said of all stages', async () => {
    const folder = makeProject(SKETCH);
    await runMain(folder, ['run', '--seed', '4']);
    const { stdout } = await runMain(folder, ['run', '--json']);
    const { stages } = JSON.parse(stdout) as { stages: { ran: boolean; seed: number }[] };
    expect(stages.map(({ ran, seed }) => [ran, seed])).toEqual(stages.map(() => [false, 4]));
  });
});

describe('files that tinyml did not write', () => {
  it('are not replaced by export-c -o in a project of firmware, and nothing is written beside them', async () => {
    const folder = makeProject(SKETCH);
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src', 'model.h'), 'mine');
    const { code, stderr } = await runMain(folder, ['export-c', '-o', 'src']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('src/model.h: changed since tinyml wrote it'),
    ]);
    expect(contents(join(folder, 'src'))).toEqual({ 'model.h': 'mine' });
    expect((await runMain(folder, ['export-c', '-o', 'src', '--force'])).code).toBe(0);
    expect(readFileSync(join(folder, 'src', 'model.h'), 'utf8')).not.toBe('mine');
    expect((await runMain(folder, ['export-c', '-o', 'src'])).code).toBe(0);
  });

  it('are not replaced by an array of the project, until export-c --force or run --force', async () => {
    const folder = makeProject();
    mkdirSync(join(folder, 'export'));
    const header = join(folder, 'export', 'model_data.h');
    for (const forced of [
      ['export-c', '--force'],
      ['run', '--force'],
    ]) {
      writeFileSync(header, 'mine');
      for (const argv of [['export-c'], ['run'], ['export-c', '--style', 'tflm']]) {
        const { code, stderr } = await runMain(folder, argv);
        expect([argv, code, stderr]).toEqual([
          argv,
          2,
          expect.stringMatching(/export\/model_data\.h: changed .* nothing was written.*--force/s),
        ]);
      }
      expect(readFileSync(header, 'utf8')).toBe('mine');
      expect((await runMain(folder, forced)).code).toBe(0);
      expect(readFileSync(header, 'utf8')).toContain('g_model_len');
      expect((await runMain(folder, ['run'])).code).toBe(0);
    }
    expect(existsSync(join(folder, 'export', 'tinyml-export.json'))).toBe(false);
  });

  it('are not replaced by the array of a file; arrays of other models and names are', async () => {
    const folder = makeFolder();
    const [one, two] = ['fc_batch4_per_tensor_relu', 'x_sm0_0'].map((name) =>
      fixturePath('tflm', `${name}.tflite`),
    );
    for (const style of ['tflm', 'arduino']) {
      const argv = (model: string, ...more: string[]) => [
        'export-c',
        model,
        '-o',
        'c',
        '--style',
        style,
        ...more,
      ];
      expect((await runMain(folder, argv(one, '--name', 'g_one'))).code).toBe(0);
      expect((await runMain(folder, argv(two))).code).toBe(0);
    }
    const names = readdirSync(join(folder, 'c')).sort();
    expect(names).toEqual(['model.cpp', 'model.h', 'model_data.cc', 'model_data.h']);
    for (const name of ['model_data.cc', 'model_data.h']) {
      const path = join(folder, 'c', name);
      const own = readFileSync(path, 'utf8');
      writeFileSync(path, `${own}// mine\n`);
      expect((await runMain(folder, ['export-c', one, '-o', 'c'])).code).toBe(2);
      expect(readFileSync(path, 'utf8')).toBe(`${own}// mine\n`);
      expect((await runMain(folder, ['export-c', one, '-o', 'c', '--force'])).code).toBe(0);
    }
  });

  it('an edited sketch is kept by run, and replaced by what the hint says', async () => {
    const folder = makeProject(SKETCH);
    const sketch = join(folder, 'sketch', 'sketch.ino');
    for (const forced of [
      ['export-c', '--force'],
      ['run', '--force'],
    ]) {
      await runMain(folder, ['run']);
      writeFileSync(sketch, 'mine');
      const { code, stderr } = await runMain(folder, ['run']);
      expect([code, stderr]).toEqual([0, expect.stringContaining('sketch.ino, which was edited; --force')]);
      expect(readFileSync(sketch, 'utf8')).toBe('mine');
      expect((await runMain(folder, forced)).code).toBe(0);
      expect(readFileSync(sketch, 'utf8')).toContain('void setup()');
    }
  });
});
