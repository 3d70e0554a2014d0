/** What `tinyml clean` removes, and what it leaves where it is. */

import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { diskStore } from '../../src/artifacts/disk-store.ts';
import { keyedProgress, workKey } from '../../src/artifacts/keyed-progress.ts';
import type { Manifest } from '../../src/artifacts/manifest.ts';
import type { Artifact } from '../../src/artifacts/store.ts';
import type { CleanJson } from '../../src/cli/printed-json.ts';
import { makeFolder, makeProject, removeFolders, runMain, SMALL_PROJECT } from './run-main.ts';

afterAll(removeFolders);

/** A process that is no more. */
const DEAD = spawnSync(process.execPath, ['-e', '0']).pid;
/** As older versions of tinyml called what they were writing. */
const TEMPORARY = `.tinyml-tmp-${DEAD}-abc`;
const YESTERDAY = new Date(Date.now() - 25 * 3600 * 1000);

const TINY = {
  ...SMALL_PROJECT,
  dataset: { source: 'sine', samples: 60 },
  training: { epochs: 2 },
  quantization: { samples: 20 },
};

let folder: string;
beforeEach(() => {
  folder = makeProject(TINY);
});

const versionsOf = (stage: string): string[] =>
  readdirSync(join(folder, 'artifacts', stage)).filter((name) => /^\d{5}-/.test(name));

async function run(...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await runMain(folder, argv);
  expect([code, stderr]).toEqual([0, expect.anything()]);
  return stdout;
}

async function clean(): Promise<CleanJson> {
  return JSON.parse(await run('clean', '--json')) as CleanJson;
}

it('removes versions that are not current, says which and how many bytes, and leaves what current ones were made of', async () => {
  await run('train', '--epochs', '1');
  await run('convert');
  const [first] = versionsOf('train');
  await run('train', '--epochs', '3');
  await run('train');
  // The current conversion was made of the first training, the second one is of no use.
  const bytes = versionsOf('train')
    .filter((name) => name.startsWith('00002'))
    .flatMap((name) => readdirSync(join(folder, 'artifacts/train', name)).map((file) => join(name, file)))
    .reduce((sum, path) => sum + readFileSync(join(folder, 'artifacts/train', path)).length, 0);
  const [, second, third] = versionsOf('train');
  const printed = await run('clean');
  expect(printed).toBe(
    `removed artifacts/train/${second}, ${bytes.toLocaleString('en')} bytes\n${bytes.toLocaleString('en')} bytes are free.\n`,
  );
  expect(versionsOf('train')).toEqual([first, third]);
  expect(await clean()).toEqual({ removed: [], bytes: 0, foreign: [] });

  await run('run');
  expect((await clean()).removed.map(({ path }) => path)).toContain(`artifacts/train/${first}`);
  expect(await run('run')).toContain('Nothing to do');
});

it('removes nothing that tinyml did not write, and names it', async () => {
  await run('dataset', '--samples', '50');
  await run('dataset');
  const [old, current] = versionsOf('dataset');
  const artifacts = join(folder, 'artifacts');
  const outside = makeFolder();
  cpSync(join(artifacts, 'dataset', current), join(outside, old), { recursive: true });
  writeFileSync(join(artifacts, 'notes.txt'), 'mine');
  mkdirSync(join(artifacts, 'dataset', 'plots'));
  writeFileSync(join(artifacts, 'dataset', '.tinyml-tmp-notes'), 'mine');
  writeFileSync(join(artifacts, 'dataset', old, 'notes.txt'), 'mine');
  appendFileSync(join(artifacts, 'dataset', old, 'x_train.npy'), 'edited');
  // Names of versions, without the manifest of one, of another stage, or behind a link.
  mkdirSync(join(artifacts, 'dataset', '00008-0123456789ab'));
  writeFileSync(join(artifacts, 'dataset', '00008-0123456789ab', 'a'), 'mine');
  mkdirSync(join(artifacts, 'train'));
  cpSync(join(artifacts, 'dataset', current), join(artifacts, 'train', current), { recursive: true });
  symlinkSync(join(outside, old), join(artifacts, 'dataset', `00009${old.slice(5)}`));

  const { removed, foreign } = await clean();
  expect(removed.map(({ path }) => path)).toEqual([`artifacts/dataset/${old}`]);
  expect([...foreign].sort()).toEqual(
    [
      'artifacts/dataset/.tinyml-tmp-notes',
      'artifacts/dataset/00008-0123456789ab',
      `artifacts/dataset/00009${old.slice(5)}`,
      `artifacts/dataset/${old}/notes.txt`,
      `artifacts/dataset/${old}/x_train.npy`,
      'artifacts/dataset/plots',
      'artifacts/notes.txt',
      `artifacts/train/${current}`,
    ].sort(),
  );
  for (const path of foreign) expect(existsSync(join(folder, path)), path).toBe(true);
  expect(readdirSync(join(artifacts, 'dataset', old)).sort()).toEqual(['notes.txt', 'x_train.npy']);
  expect(readdirSync(join(outside, old))).toContain('x_train.npy');
});

it('follows no link out of an artifact', async () => {
  await run('dataset', '--samples', '50');
  await run('dataset');
  const [old] = versionsOf('dataset');
  const outside = join(makeFolder(), 'x.npy');
  const inside = join(folder, 'artifacts/dataset', old, 'x_train.npy');
  renameSync(inside, outside);
  symlinkSync(outside, inside);
  const { foreign } = await clean();
  expect(foreign).toEqual([`artifacts/dataset/${old}/x_train.npy`]);
  expect(existsSync(outside)).toBe(true);
});

it('removes what killed processes left, and progress only where its training is done', async () => {
  await run('run');
  const artifacts = join(folder, 'artifacts');
  for (const place of [folder, artifacts, join(artifacts, 'train'), join(folder, 'export')]) {
    writeFileSync(join(place, TEMPORARY), '12345');
    utimesSync(join(place, TEMPORARY), YESTERDAY, YESTERDAY);
  }
  const ofAnother = join(artifacts, 'train', `.tinyml-tmp-${process.ppid}-abc`);
  writeFileSync(ofAnother, 'half');
  expect(await clean()).toMatchObject({ bytes: 20, foreign: [] });
  expect(existsSync(ofAnother)).toBe(true);

  const path = join(artifacts, 'train', 'progress');
  const store = diskStore(artifacts);
  const { manifest } = store.latest('train') as Artifact;
  const save = (work: Manifest): void =>
    keyedProgress(store.progress('train'), workKey(work)).save(Uint8Array.of(1, 2, 3));
  const removed = async (): Promise<string[]> => (await clean()).removed.map((one) => one.path);
  save({ ...manifest, seed: 77 });
  expect([await removed(), existsSync(path)]).toEqual([[], true]);
  save(manifest);
  expect([await removed(), existsSync(path)]).toEqual([['artifacts/train/progress'], false]);
  save({ ...manifest, seed: 77 });
  appendFileSync(path, 'damaged');
  expect(await removed()).toEqual(['artifacts/train/progress']);
});

it('leaves all versions of a stage where nothing says which one is current, with a word', async () => {
  await run('dataset', '--samples', '50');
  await run('dataset');
  writeFileSync(join(folder, 'artifacts/dataset/latest'), 'none');
  const { code, stdout, stderr } = await runMain(folder, ['clean']);
  expect([code, stdout]).toEqual([0, 'Nothing to remove.\n']);
  expect(stderr).toContain('dataset/latest names no version that is there');
  rmSync(join(folder, 'artifacts/dataset/latest'));
  expect(await clean()).toMatchObject({ removed: [] });
  expect(versionsOf('dataset')).toHaveLength(2);
});

it('goes on where it was killed', async () => {
  await run('dataset', '--samples', '50');
  await run('dataset');
  const [old, current] = versionsOf('dataset');
  const version = join(folder, 'artifacts/dataset', old);
  // Killed before the manifest went, which goes last.
  for (const name of ['x_train.npy', 'y_train.npy']) rmSync(join(version, name));
  expect(await clean()).toMatchObject({ removed: [{ path: `artifacts/dataset/${old}` }], foreign: [] });
  mkdirSync(version);
  expect(await clean()).toMatchObject({ removed: [], foreign: [] });
  expect(versionsOf('dataset')).toEqual([current]);
});

it('has a sentence where there is no project', async () => {
  const { code, stderr } = await runMain(makeFolder(), ['clean']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('There is no project here')]);
});
