/** A project whose model is an architecture, with limits that it is to fit. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { artifact } from './project-run.ts';
import { makeProject, removeFolders, runMain, SMALL_PROJECT } from './run-main.ts';

afterAll(removeFolders);

interface TrainedJson {
  readonly stages: readonly { readonly stage: string; readonly metrics: Readonly<Record<string, unknown>> }[];
}

function projectWith(model: object, check: object = {}): string {
  return makeProject({ ...SMALL_PROJECT, model, check });
}

it('trains a form as wide as fits, keeps to the limits, and is up to date afterwards', async () => {
  const limits = { flash: '2k', ram: '4k' };
  const folder = projectWith({ architecture: 'mlp', units: [8, 8], fit: limits }, limits);
  const ran = await runMain(folder, ['run', '--json']);
  expect(ran.code).toBe(0);
  expect(ran.stderr).toContain('"mlp" fits at width ');
  const { stages } = JSON.parse(ran.stdout) as TrainedJson;
  const { width } = stages.find(({ stage }) => stage === 'train')?.metrics ?? {};
  expect(width).toBeGreaterThan(1);
  const model = artifact(folder, 'train', 'model.json').toString();
  expect(model).toContain(`"units": ${Math.floor(8 * (width as number))}`);
  expect((await runMain(folder, ['check'])).code).toBe(0);
  expect((await runMain(folder, ['run'])).stderr).not.toContain('fits at');
});

it('ends with 5 where nothing fits, and with 3 where the data do not suit the architecture', async () => {
  const tight = await runMain(projectWith({ architecture: 'mlp', fit: { flash: 100 } }), ['run']);
  expect([tight.code, tight.stderr]).toEqual([5, expect.stringContaining('Even with a 16th of its width')]);
  const unsuited = await runMain(projectWith({ architecture: 'resnet8' }), ['run']);
  expect([unsuited.code, unsuited.stderr]).toEqual([
    3,
    expect.stringContaining(
      'Architecture "resnet8": a sample must have the shape [height, width, channels] or [height, width], but one of the dataset has [1].',
    ),
  ]);
});

it('init --from writes what the network is to fit, and init without data refuses to hear of it', async () => {
  const folder = projectWith({ architecture: 'mlp' });
  writeFileSync(
    join(folder, 'a.csv'),
    `x,y,kind\n${Array.from({ length: 60 }, (_, row) => `${(row * 37) % 60},${(row * 23) % 60},${row % 2 === 0 ? 'good' : 'bad'}`).join('\n')}\n`,
  );
  const init = (...argv: string[]) => runMain(folder, ['init', 'made', ...argv]);
  expect(await init('--fit', 'ram=8k')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('"--fit" says something of your data, but "--from" names none') as string,
  });
  for (const [limits, sentence] of [
    ['rom=1', 'such as ram=64k,flash=256k'],
    ['ram=1,ram=2', 'such as ram=64k,flash=256k'],
    ['ram=64q', 'a whole number of bytes'],
  ]) {
    const { code, stderr } = await init('--from', 'a.csv', '--fit', limits);
    expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)]);
  }
  expect(await init('--from', 'a.csv', '--fit', 'ram=8k,flash=4k')).toMatchObject({ code: 0 });
  const project = JSON.parse(readFileSync(join(folder, 'made/tinyml.config.json'), 'utf8')) as object;
  const limits = { ram: 8192, flash: 4096 };
  expect(project).toMatchObject({ model: { architecture: 'mlp', fit: limits }, check: limits });
});
