/** Training by the compiled engine must never load TensorFlow.js. */

import { afterAll, expect, it, vi } from 'vitest';
import { makeProject, removeFolders, runMain, SMALL_PROJECT } from '../../cli/run-main.ts';

const { absent } = vi.hoisted(() => ({
  absent: (): never => {
    throw new Error('TensorFlow.js was loaded');
  },
}));
vi.mock('@tensorflow/tfjs-core', absent);
vi.mock('@tensorflow/tfjs-layers', absent);

afterAll(removeFolders);

it('all stages run without TensorFlow.js', async () => {
  const folder = makeProject();
  const { code, stderr } = await runMain(folder, ['run']);
  expect(stderr).toContain('The compiled engine trains with');
  expect(code).toBe(0);
});

it('and its absence shows where it is needed', async () => {
  const { code, stderr } = await runMain(makeProject(SMALL_PROJECT), ['train', '--engine', 'tfjs']);
  expect(code).toBe(70);
  expect(stderr).toContain('tfjs');
});
