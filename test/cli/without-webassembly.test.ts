/** Where WebAssembly is switched off, everything that has another way works: nothing is compiled before it is needed. */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { BIN } from '../built.ts';
import { makeFolder, removeFolders } from './run-main.ts';

afterAll(removeFolders);

const SWITCHED_OFF = `
WebAssembly.validate = () => false;
WebAssembly.Module = class { constructor() { throw new Error('no WebAssembly here'); } };
`;

it('trains the same weights', () => {
  const folder = makeFolder();
  writeFileSync(join(folder, 'off.cjs'), SWITCHED_OFF);
  writeFileSync(
    join(folder, 'tinyml.config.json'),
    JSON.stringify({ dataset: { source: 'sine', samples: 60 }, training: { epochs: 3 } }),
  );
  const train = (...flags: readonly string[]): { status: number | null; stderr: string; digest: string } => {
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      [...flags, BIN, 'train', '--force', '--json'],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    return { status, stderr, digest: status === 0 ? (JSON.parse(stdout) as { digest: string }).digest : '' };
  };
  const plain = train('--require', './off.cjs');
  expect(plain.stderr).not.toContain('error');
  expect(plain.status).toBe(0);
  expect(plain.digest).toBe(train().digest);
});
