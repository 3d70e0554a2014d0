/** `tinyml check` holds the scores of an evaluation against limits, whatever the task. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { removeFolders, runMain } from './run-main.ts';
import { makeTableProject } from './table-projects.ts';

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
