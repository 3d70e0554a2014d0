/** `tinyml evaluate --folds`: every sample is test data once, and nothing of it stays. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { diskStore } from '../../src/artifacts/disk-store.ts';
import { silentReporter } from '../../src/core/reporter.ts';
import { parseProject } from '../../src/stages/config.ts';
import { crossValidate } from '../../src/stages/cross-validation.ts';
import { builtPackage, IS_BUILT } from '../built.ts';
import { makeProject, removeFolders, runMain } from './run-main.ts';
import { makeTableProject } from './table-projects.ts';

afterAll(removeFolders);

type Scores = Readonly<Record<string, number>>;

interface Folds {
  readonly folds: readonly { samples: number; float: Scores; converted: Scores; model: { bytes: number } }[];
  readonly mean: { float: Scores; converted: Scores };
  readonly deviation: { float: Scores; converted: Scores };
}

/** Everything below a folder, with what stands in it. */
function contentOf(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map(({ path, name }) => [join(path, name), readFileSync(join(path, name), 'latin1')]),
  );
}

const SCORES = { regression: 'mae', classification: 'accuracy', anomaly: 'auc' } as const;

describe.each(['regression', 'classification', 'anomaly'] as const)('a %s', (task) => {
  it('has mean and deviation of every score, over all of its samples', async () => {
    const folder = makeTableProject(task);
    const { code, stdout, stderr } = await runMain(folder, ['evaluate', '--folds', '3', '--json']);
    expect([code, stderr]).toEqual([0, expect.stringContaining('fold 3 of 3')]);
    const { folds, mean, deviation } = JSON.parse(stdout) as Folds;
    expect(folds.map(({ samples }) => samples).reduce((a, b) => a + b)).toBe(200);
    expect(folds.every(({ model }) => model.bytes > 0)).toBe(true);
    for (const form of ['float', 'converted'] as const) {
      const values = folds.map((fold) => fold[form][SCORES[task]]);
      const middle = (values[0] + values[1] + values[2]) / 3;
      expect(mean[form][SCORES[task]]).toBeCloseTo(middle, 12);
      const squares = values.reduce((sum, value) => sum + value * value, 0) - 3 * middle * middle;
      expect(deviation[form][SCORES[task]]).toBeCloseTo(Math.sqrt(Math.max(0, squares) / 2), 6);
    }
    expect(readdirSync(join(folder, 'artifacts'))).toEqual([]);
  });
});

it('leaves the artifacts of the project as they are, and keeps options of earlier commands', async () => {
  const folder = makeTableProject('regression');
  await runMain(folder, ['train', '--epochs', '1']);
  await runMain(folder, ['evaluate']);
  const before = contentOf(join(folder, 'artifacts'));
  const first = await runMain(folder, ['evaluate', '--folds', '2', '--json']);
  expect([first.code, contentOf(join(folder, 'artifacts'))]).toEqual([0, before]);
  await runMain(folder, ['train']);
  const { stdout } = await runMain(folder, ['evaluate', '--folds', '2', '--json']);
  const maeOf = (text: string) => (JSON.parse(text) as Folds).mean.float.mae;
  expect(maeOf(stdout)).toBeLessThan(maeOf(first.stdout));
  const text = await runMain(folder, ['evaluate', '--folds', '2']);
  expect(text.stdout).toMatch(/mean of 2 folds +float +int8\nMAE +[\d.]+ ± [\d.]+ +[\d.]+ ± [\d.]+\n/);
});

it.skipIf(!IS_BUILT)('has the same figures where folds run on threads of their own', async () => {
  const folder = makeTableProject('classification');
  await runMain(folder, ['train', '--epochs', '2']);
  const alone = await runMain(folder, ['evaluate', '--folds', '3', '--json']);
  const { foldThreads } = await builtPackage();
  const threads = { ...foldThreads(folder, join(folder, 'artifacts')), slots: 2 };
  const before = contentOf(join(folder, 'artifacts'));
  const config = parseProject(readFileSync(join(folder, 'tinyml.config.json'), 'utf8'));
  const done: number[] = [];
  const together = await crossValidate(
    {
      config,
      store: diskStore(join(folder, 'artifacts')),
      report: { ...silentReporter, progress: (count) => done.push(count) },
    },
    3,
    () => expect.unreachable('a thread was lost'),
    threads,
  );
  expect(JSON.parse(JSON.stringify(together))).toEqual(JSON.parse(alone.stdout));
  expect(done).toEqual([1, 2, 3]);
  expect(contentOf(join(folder, 'artifacts'))).toEqual(before);
});

it('is interrupted with 130, and nothing is left', async () => {
  const folder = makeTableProject('classification');
  const controller = new AbortController();
  const { code, stdout, stderr } = await runMain(folder, ['evaluate', '--folds', '3'], {
    signal: controller.signal,
    onStderr: (text) => {
      if (text.includes('fold 2 of 3')) controller.abort();
    },
  });
  expect([code, stdout]).toEqual([130, '']);
  expect(stderr).toContain('Stopped in fold 2 of 3');
  expect(readdirSync(join(folder, 'artifacts'))).toEqual([]);
});

it.each<[string, readonly string[], number, string]>([
  ['one', ['--folds', '1'], 2, 'from 2 to 255'],
  ['more than samples', ['--folds', '201'], 2, '200 samples cannot be cut into 201 folds'],
])('%s is no number of folds', async (_, flags, exit, sentence) => {
  const { code, stderr } = await runMain(makeTableProject('regression'), ['evaluate', ...flags]);
  expect([code, stderr]).toEqual([exit, expect.stringContaining(sentence)]);
});

it('generated samples have no folds', async () => {
  const { code, stderr } = await runMain(makeProject(), ['evaluate', '--folds', '3']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('makes its samples')]);
});
