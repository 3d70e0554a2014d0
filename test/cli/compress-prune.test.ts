/** Pruning of a project's model, end to end: what the table says of it, and what is refused. */

import { afterAll, describe, expect, it } from 'vitest';
import type { CompressJson } from '../../src/index.ts';
import { makeProject, removeFolders, runMain, SMALL_PROJECT } from './run-main.ts';

afterAll(removeFolders);

function projectWith(...compress: readonly object[]): string {
  const { training, ...others } = SMALL_PROJECT;
  return makeProject({ ...others, training: { ...training, compress } });
}

async function table(folder: string): Promise<CompressJson> {
  const { code, stdout } = await runMain(folder, ['compress', '--json']);
  expect(code).toBe(0);
  return JSON.parse(stdout) as CompressJson;
}

describe('prune-channels', () => {
  it('makes the model as small as was asked for, in what the converted file takes', async () => {
    const { steps } = await table(
      projectWith({ method: 'prune-channels', macs: 0.4, flash: 0.9, epochs: 2 }),
    );
    const [before, after] = steps.map(({ cost }) => cost);
    // What calibration shows to be constant is not counted before.
    expect(after.macs).toBeLessThan(0.6 * before.macs);
    expect(after.arenaBytes).toBeLessThanOrEqual(before.arenaBytes);
    expect(after.fileBytes).toBeLessThan(before.fileBytes);
  });

  it.each([
    [
      'ram',
      '100',
      /With one channel in every layer the model still has ram [\d,]+, where at most 100 was asked/,
    ],
    ['flash', 800, /still has flash [\d,]+, where at most 800 was asked/],
  ])('refuses a budget of %s that nothing meets', async (name, limit, message) => {
    const { code, stdout, stderr } = await runMain(projectWith({ method: 'prune-channels', [name]: limit }), [
      'compress',
    ]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr).toContain('Ask for no less than that');
  });

  it.each([
    [[{ method: 'prune' }, { method: 'prune-channels', macs: 0.5 }], 3, 'put it in front'],
    [[{ method: 'prune-channels' }], 3, 'it needs a limit, such as "macs": 0.5'],
    [[{ method: 'prune-channels', ram: 'small' }], 3, 'must be a share of what the model has'],
    [[{ method: 'prune', sparsity: 1 }], 3, 'sparsity is 1, but must be below 1'],
    [[{ method: 'prune', except: ['dense_7'] }], 2, 'There is no layer "dense_7" to keep from pruning'],
  ])('refuses %j with a sentence', async (methods, exit, sentence) => {
    const { code, stderr } = await runMain(projectWith(...methods), ['compress']);
    expect(code).toBe(exit);
    expect(stderr).toContain(sentence);
  });
});
