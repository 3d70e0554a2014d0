/** Processes that are killed, stopped, or run side by side: dist/bin.js ("npm test" builds it first). */

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BIN, IS_BUILT } from '../built.ts';
import { fixturePath } from '../fixtures.ts';
import { makeFolder, makeProject, removeFolders, runMain, SMALL_PROJECT } from './run-main.ts';

afterAll(removeFolders);

function temporariesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('-tmp-'));
}

/** A script for `node -r` that ends the process by SIGKILL at the n-th call of a function on a path with `part`. */
function killerAt(name: 'renameSync' | 'rmSync', folder: string, part: string, n: number): string {
  const path = join(folder, 'kill.cjs');
  writeFileSync(
    path,
    `const fs = require('fs'); const act = fs.${name}; let n = 0;
     fs.${name} = (...paths) => {
       if (paths.some((path) => String(path).includes(${JSON.stringify(part)})) && ++n === ${n}) process.kill(process.pid, 'SIGKILL');
       act(...paths);
     };
     require('module').syncBuiltinESMExports();`,
  );
  return path;
}

describe.skipIf(!IS_BUILT)('dist/bin.js, ended in the middle', () => {
  it('an export that was killed half-way goes on without --force, and leaves nothing of itself', async () => {
    const folder = makeFolder();
    const [one, two, three] = ['fc_batch4_per_tensor_relu', 'x_sm0_0', 'add_int8'].map((name) =>
      fixturePath('tflm', `${name}.tflite`),
    );
    const first = await runMain(folder, ['export-c', one, '--tflm', 'fw']);
    expect(first.code).toBe(0);
    // After the record: the first one, then the sources.
    const killer = killerAt('renameSync', folder, '/fw/', 4);
    const killed = spawnSync(process.execPath, ['-r', killer, BIN, 'export-c', two, '--tflm', 'fw'], {
      cwd: folder,
    });
    expect(killed.signal).toBe('SIGKILL');
    expect(temporariesIn(folder)).toHaveLength(1);
    const next = spawnSync(process.execPath, [BIN, 'export-c', three, '--tflm', 'fw'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect([next.status, next.stderr]).toEqual([0, '']);
    expect(temporariesIn(folder)).toEqual([]);

    const clean = makeFolder();
    await runMain(clean, ['export-c', three, '--tflm', 'fw']);
    const record = (of: string): string => readFileSync(join(of, 'fw/tinyml-export.json'), 'utf8');
    expect(JSON.parse(record(folder)).files).toMatchObject(JSON.parse(record(clean)).files);
  });

  it('a clean that was killed half-way goes on, and current versions are whole', async () => {
    const folder = makeProject();
    for (const samples of ['50', '60', '70']) await runMain(folder, ['dataset', '--samples', samples]);
    const killer = killerAt('rmSync', folder, '00002-', 3);
    const killed = spawnSync(process.execPath, ['-r', killer, BIN, 'clean'], { cwd: folder });
    expect(killed.signal).toBe('SIGKILL');
    const stage = join(folder, 'artifacts/dataset');
    expect(readdirSync(stage)).toHaveLength(3);
    const next = await runMain(folder, ['clean', '--json']);
    expect(JSON.parse(next.stdout)).toMatchObject({
      removed: [{ path: expect.stringContaining('00002-') }],
      foreign: [],
    });
    expect(readdirSync(stage)).toEqual([expect.stringContaining('00003-'), 'latest']);
  });

  it('SIGTERM keeps what training has, as Ctrl-C does', async () => {
    const folder = makeProject({ ...SMALL_PROJECT, training: { epochs: 1000000 } });
    const child = spawn(process.execPath, [BIN, 'train'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let printed = '';
    child.stderr.on('data', (text: Buffer) => {
      printed += text;
      if (!child.killed && printed.includes('The compiled engine')) child.kill('SIGTERM');
    });
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(code).toBe(143);
    expect(existsSync(join(folder, 'artifacts/train/latest'))).toBe(true);
    expect(temporariesIn(folder)).toEqual([]);
  });

  it('equal runs at the same time all end well, and equal', async () => {
    const folder = makeProject();
    const runs = Array.from({ length: 3 }, async () => {
      const child = spawn(process.execPath, [BIN, 'run', '--json'], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (text: Buffer) => (stdout += text));
      child.stderr.on('data', (text: Buffer) => (stderr += text));
      const code = await new Promise((resolve) => child.on('close', resolve));
      expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')]);
      return (JSON.parse(stdout) as { stages: { digest: string }[] }).stages.map(({ digest }) => digest);
    });
    const [first, ...others] = await Promise.all(runs);
    for (const other of others) expect(other).toEqual(first);
    expect(temporariesIn(folder)).toEqual([]);
  });
});
