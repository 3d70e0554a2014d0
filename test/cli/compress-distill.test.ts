/** A teacher's file in a project: what it may be, and what happens when it changes. */

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompressJson, ErrorJson } from '../../src/index.ts';
import { artifactPath } from './project-run.ts';
import { makeProject, removeFolders, runMain, SMALL_PROJECT } from './run-main.ts';

afterAll(removeFolders);

/** A small network; what teaches it is the project's own of the default size. */
function projectWith(compress: readonly object[]): object {
  const layers = [
    { type: 'Dense', units: 4, activation: 'relu' },
    { type: 'Dense', units: 1 },
  ];
  return { ...SMALL_PROJECT, model: { layers }, training: { ...SMALL_PROJECT.training, compress } };
}

const DISTILL = { method: 'distill', teacher: 'teacher.tflite', epochs: 2 };

/** A classifier of other samples. */
const TINY = fileURLToPath(new URL('../../fixtures/keras/tiny.h5', import.meta.url));

async function json<Result>(folder: string, ...argv: string[]): Promise<Result> {
  const { stdout } = await runMain(folder, [...argv, '--json']);
  return JSON.parse(stdout) as Result;
}

/** The file that `convert` makes of the default network. */
async function writeTeacher(folder: string, ...options: string[]): Promise<void> {
  const other = makeProject(SMALL_PROJECT);
  await runMain(other, ['convert', ...options]);
  copyFileSync(artifactPath(other, 'convert', 'model.tflite'), join(folder, 'teacher.tflite'));
}

describe('a project with a teacher', () => {
  let folder: string;

  beforeAll(async () => {
    folder = makeProject(projectWith([DISTILL, { method: 'distill', teacher: 'self' }]));
    await writeTeacher(folder);
  });

  it('learns from a file of integers, and again when the file is another', async () => {
    const taught = await json<CompressJson>(folder, 'compress');
    expect(taught.steps.map(({ method }) => method)).toEqual([undefined, 'distill', 'distill']);
    expect((await json<CompressJson>(folder, 'compress')).ran).toBe(false);
    await writeTeacher(folder, '--float');
    const again = await json<CompressJson>(folder, 'compress');
    expect([again.ran, again.digest === taught.digest]).toEqual([true, false]);
  });

  it.each([
    ['another size of samples', 'tiny.h5', 2, 'teacher-input'],
    ['no file', 'missing.h5', 3, undefined],
    ['no model', 'tinyml.config.json', 3, undefined],
  ])('refuses %s', async (_, teacher, exit, code) => {
    const bad = makeProject(projectWith([{ ...DISTILL, teacher }]));
    copyFileSync(TINY, join(bad, 'tiny.h5'));
    const result = await runMain(bad, ['compress', '--json']);
    const { error } = JSON.parse(result.stdout) as ErrorJson;
    expect(result.code).toBe(exit);
    expect(error.message).toContain(teacher);
    if (code !== undefined) expect(error.code).toBe(code);
  });
});
