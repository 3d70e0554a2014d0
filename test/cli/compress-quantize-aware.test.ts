/** A project whose model was trained with its integers: what training saw is what is converted. */

import { afterAll, expect, it } from 'vitest';
import type { CompressJson, EvaluateJson, StageJson } from '../../src/index.ts';
import { makeProject, removeFolders, runMain, SMALL_PROJECT } from './run-main.ts';

afterAll(removeFolders);

function projectWith(options: object, rest: object = {}): object {
  const { training, ...others } = SMALL_PROJECT;
  const compress = [{ method: 'quantize-aware', epochs: 4, ...options }];
  return { ...others, training: { ...training, compress }, ...rest };
}

async function json<Result>(folder: string, ...argv: string[]): Promise<Result> {
  const { code, stdout, stderr } = await runMain(folder, [...argv, '--json']);
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')]);
  return JSON.parse(stdout) as Result;
}

it.each([
  ['8 bits', {}],
  ['4 bits', { int4: 'all', densePerChannel: true }],
  ['calibrated', { ranges: 'calibrated' }],
  ['learned ranges', { ranges: 'learned' }],
  ['all learned', { ranges: 'learned', scales: 'learned' }],
])('converts what it trained: %s', async (_, options) => {
  const folder = makeProject(projectWith(options));
  const { steps } = await json<CompressJson>(folder, 'compress');
  const evaluated = await json<EvaluateJson>(folder, 'evaluate');
  if (evaluated.task !== 'regression') throw new Error(evaluated.task);
  const last = steps.at(-1);
  expect(last?.test?.converted).toBe(evaluated.converted.mae);
  const converted = await json<StageJson>(folder, 'convert');
  expect(last?.cost.fileBytes).toBe(converted.metrics.bytes);
  const again = await json<CompressJson>(makeProject(projectWith(options)), 'compress');
  expect(again.steps).toEqual(steps);
});

it('halves the weights that get 4 bits', async () => {
  const bytes = async (options: object): Promise<number> => {
    const { steps } = await json<CompressJson>(makeProject(projectWith(options)), 'compress');
    return steps.at(-1)?.cost.fileBytes ?? 0;
  };
  expect(await bytes({ int4: 'all' })).toBeLessThan(await bytes({}));
});

it.each([
  [
    { quantization: { weightsBudget: '0.6x' } },
    'Say in the options of "quantize-aware" which layers get 4 bits',
  ],
  [{ conversion: { type: 'int16x8' } }, 'The model was trained for its int8 form'],
])('refuses another form: %j', async (rest, text) => {
  const { code, stderr } = await runMain(makeProject(projectWith({}, rest)), ['compress']);
  expect([code, stderr]).toEqual([2, expect.stringContaining(text)]);
});

it('names the layer that is not there', async () => {
  const folder = makeProject(projectWith({ int4: ['dense_7'] }));
  const { code, stderr } = await runMain(folder, ['compress']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('Did you mean "dense')]);
});
