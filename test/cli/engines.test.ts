/** Both engines are shown the same samples in the same order from the same weights: their curves are one. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeProject, removeFolders, runMain } from './run-main.ts';

interface Epoch {
  readonly loss: number;
  readonly valLoss: number;
}

afterAll(removeFolders);

async function trainWith(engine: string, ...options: string[]): Promise<{ engine: string; epochs: Epoch[] }> {
  const folder = makeProject({ seed: 1, dataset: { source: 'sine', samples: 400 } });
  const argv = ['train', '--engine', engine, '--epochs', '20', '--json', ...options];
  const { code, stdout, stderr } = await runMain(folder, argv);
  expect(code, stderr).toBe(0);
  const { directory, metrics, options: used } = JSON.parse(stdout);
  expect(used.engine).toBe(engine);
  return {
    engine: metrics.engine,
    epochs: JSON.parse(readFileSync(join(folder, directory, 'history.json'), 'utf8')),
  };
}

it('the default project has the same loss curve to three digits on both engines', async () => {
  const compiled = await trainWith('compiled');
  const tfjs = await trainWith('tfjs', '--backend', 'cpu');
  expect([compiled.engine, tfjs.engine]).toEqual(['compiled', 'tfjs/cpu']);
  expect(compiled.epochs).toHaveLength(20);
  for (const [index, { loss, valLoss }] of compiled.epochs.entries()) {
    const expected = tfjs.epochs[index];
    expect(Math.abs(loss / expected.loss - 1), `loss of epoch ${index + 1}`).toBeLessThan(5e-4);
    expect(Math.abs(valLoss / expected.valLoss - 1), `val loss of ${index + 1}`).toBeLessThan(5e-4);
  }
  expect(compiled.epochs[19].loss).toBeLessThan(0.9 * compiled.epochs[0].loss);
});

it('a backend needs the engine that it belongs to', async () => {
  const { code, stderr } = await runMain(makeProject(), [
    'train',
    '--engine',
    'compiled',
    '--backend',
    'wasm',
  ]);
  expect(code).toBe(2);
  expect(stderr).toContain('The backend "wasm" is one of TensorFlow.js');
  expect((await runMain('.', ['train', '--engine', 'fast'])).stderr).toContain(
    'Allowed choices are compiled, tfjs',
  );
});
