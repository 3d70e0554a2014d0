/** `tinyml check` holds the scores of an evaluation against limits, whatever the task. */

import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder, removeFolders, runMain } from './run-main.ts';
import { makeTableProject, tableOf } from './table-projects.ts';

afterAll(removeFolders);

type Scores = Readonly<Record<string, number>>;

function convertedScores(folder: string): Scores {
  const versions = join(folder, 'artifacts/evaluate');
  const [version] = readdirSync(versions).filter((name) => name !== 'latest');
  const text = readFileSync(join(versions, version, 'evaluation.json'), 'utf8');
  return (JSON.parse(text) as { converted: Scores }).converted;
}

const OPTIONS = {
  accuracy: '--min-accuracy',
  balancedAccuracy: '--min-balanced-accuracy',
  f1: '--min-f1',
  auc: '--min-auc',
  averagePrecision: '--min-average-precision',
  mse: '--mse',
  mae: '--mae',
  r2: '--r2',
} as const;
type Name = keyof typeof OPTIONS;
const NAMES = Object.keys(OPTIONS) as readonly Name[];

const TASKS = {
  regression: ['mse', 'mae', 'r2'],
  classification: ['accuracy', 'balancedAccuracy', 'f1', 'auc', 'averagePrecision'],
  anomaly: ['f1', 'auc', 'averagePrecision'],
} as const;

describe.each(Object.entries(TASKS))('%s', (task, known) => {
  const folder = makeTableProject(task as keyof typeof TASKS);

  it('passes at each of its scores and fails beyond', async () => {
    expect((await runMain(folder, ['evaluate'])).code).toBe(0);
    const scores = convertedScores(folder);
    const at = (worse: number) =>
      known.flatMap((name) => [
        OPTIONS[name],
        String(Math.min(1, scores[name] + (name === 'mse' || name === 'mae' ? -worse : worse))),
      ]);
    const passed = await runMain(folder, ['check', ...at(0), '--json']);
    expect(passed.stderr).not.toContain('error');
    const { checks } = JSON.parse(passed.stdout) as { checks: { check: string; measured: number }[] };
    expect(Object.fromEntries(checks.map(({ check, measured }) => [check, measured]))).toEqual(
      Object.fromEntries(known.map((name) => [name, scores[name]])),
    );
    const failed = await runMain(folder, ['check', ...at(1e-6), '--json']);
    const beyond = known.filter((name) => name === 'mse' || name === 'mae' || scores[name] < 1);
    expect(failed.code).toBe(beyond.length > 0 ? 5 : 0);
    expect(
      (JSON.parse(failed.stdout) as { checks: { ok: boolean }[] }).checks.filter(({ ok }) => !ok),
    ).toHaveLength(beyond.length);
  });

  it('fails with a reason where the task has no such score', async () => {
    const none = NAMES.filter((name) => !(known as readonly Name[]).includes(name));
    const { code, stdout } = await runMain(folder, [
      'check',
      ...none.flatMap((name) => [OPTIONS[name], '0']),
    ]);
    expect(code).toBe(5);
    expect(stdout.match(/the project is an? [a-z ]+, which has no/g)).toHaveLength(none.length);
  });

  it('measures a baseline on the same split, to the same scores', async () => {
    expect((await runMain(folder, ['convert', '-o', 'released.tflite'])).code).toBe(0);
    const limits = known.flatMap((name) => [OPTIONS[name], name === 'mse' || name === 'mae' ? '100' : '0']);
    const { code, stdout } = await runMain(folder, [
      'check',
      ...limits,
      '--baseline',
      'released.tflite',
      '--json',
    ]);
    const { checks } = JSON.parse(stdout) as { checks: { check: Name; delta?: number }[] };
    const compared = checks.filter(({ check }) => (known as readonly string[]).includes(check));
    expect([code, compared.map(({ delta }) => delta)]).toEqual([0, known.map(() => 0)]);
  });
});

describe('a model file', () => {
  const project = makeTableProject('classification');
  const data = ['--input', 'table.csv', '--target-column', 'y'];

  it('is held against what it makes of samples, in a project and without one', async () => {
    expect((await runMain(project, ['convert', '-o', 'm.tflite'])).code).toBe(0);
    const folder = makeFolder();
    copyFileSync(join(project, 'm.tflite'), join(folder, 'm.tflite'));
    writeFileSync(join(folder, 'table.csv'), tableOf('classification', 200));
    for (const [where, words] of [
      [project, ['--input', 'table.csv']],
      [folder, data],
    ] as const) {
      const evaluated = await runMain(where, [
        ...['evaluate', 'm.tflite', '--json'],
        ...words.map((word) => word.replace('-column', '')),
      ]);
      const { accuracy } = (JSON.parse(evaluated.stdout) as { converted: Scores }).converted;
      const argv = ['check', 'm.tflite', ...words, '--baseline', 'm.tflite', '--json', '--min-accuracy'];
      const at = await runMain(where, [...argv, String(accuracy)]);
      const { checks } = JSON.parse(at.stdout) as { checks: { check: string; measured: number }[] };
      expect([at.code, checks.find(({ check }) => check === 'accuracy')]).toEqual([
        0,
        expect.objectContaining({ measured: accuracy, baseline: accuracy, margin: 0 }),
      ]);
      const beyond = await runMain(where, ['check', 'm.tflite', ...words, '--min-auc', '1.0', '--r2', '0']);
      expect([beyond.code, beyond.stdout]).toEqual([5, expect.stringContaining('which has no R²')]);
      expect((await runMain(where, ['check', 'm.tflite', ...words, '--mae', '1'])).stdout).toContain(
        'the task is a classification, which has no mean absolute error',
      );
    }
  });

  it.each<[string, readonly string[], number, string]>([
    [
      'a float model',
      ['m.tflite', ...data.slice(0, 2), '--min-sqnr', '1'],
      5,
      'no float model to compare with',
    ],
    ['data', ['m.tflite', '--target-column', 'y', '--flash', '1M'], 2, 'go with --input'],
    ['a model', [...data, '--flash', '1M'], 2, '--input goes with a model'],
  ])('needs %s', async (_, argv, exit, sentence) => {
    const { code, stdout, stderr } = await runMain(project, ['check', ...argv]);
    expect([code, stdout + stderr]).toEqual([exit, expect.stringContaining(sentence)]);
  });
});
