import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('./install-if-needed.js', import.meta.url));
const LOCKED = {
  '': { name: 'project' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/other-platform': { version: '2.0.0', integrity: 'sha512-o', optional: true },
};
const INSTALLED = { 'node_modules/a': LOCKED['node_modules/a'] };

/** A checkout with a stand-in for npm that records how it was called. */
describe.skipIf(process.platform === 'win32')('install-if-needed.js', () => {
  let root = '';

  function lay(folder: string, installed: object | undefined): void {
    const path = join(root, folder);
    mkdirSync(join(path, 'node_modules', 'a'), { recursive: true });
    writeFileSync(join(path, 'package-lock.json'), JSON.stringify({ packages: LOCKED }));
    const hidden = join(path, 'node_modules', '.package-lock.json');
    if (installed !== undefined) writeFileSync(hidden, JSON.stringify({ packages: installed }));
  }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tinyml install '));
    mkdirSync(join(root, 'test', 'tools'), { recursive: true });
    writeFileSync(join(root, 'package.json'), '{"type":"module"}');
    copyFileSync(SCRIPT, join(root, 'test', 'tools', 'install-if-needed.js'));
    lay('', INSTALLED);
    lay('test/runtime', INSTALLED);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function run(
    npmStatus: number,
    ...options: string[]
  ): { status: number | null; said: string[]; npm: string[] } {
    const record = join(root, 'npm.log');
    writeFileSync(record, '');
    writeFileSync(join(root, 'npm'), `#!/bin/sh\necho "$PWD $*" >> "${record}"\nexit ${npmStatus}\n`);
    chmodSync(join(root, 'npm'), 0o755);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['test/tools/install-if-needed.js', ...options],
      {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, PATH: `${root}${delimiter}${process.env.PATH}` },
      },
    );
    const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
    return { status, said: lines(stdout + stderr), npm: lines(readFileSync(record, 'utf8')) };
  }

  it('says and does nothing where all is installed', () => {
    expect(run(1, '--with-runtime')).toEqual({ status: 0, said: [], npm: [] });
  });

  it.each([
    ['nothing was installed', undefined],
    ['a package is missing', {}],
    ['a version differs', { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } }],
    ['a content differs', { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-b' } }],
  ])('runs npm ci where %s', (_, installed) => {
    rmSync(join(root, 'node_modules'), { recursive: true });
    lay('', installed);
    const { status, said, npm } = run(0);
    expect(status).toBe(0);
    expect(said).toEqual(['Installing the packages of package-lock.json (npm ci) …']);
    expect(npm).toEqual([
      expect.stringMatching(/tinyml install \S+ ci --no-audit --no-fund --loglevel=error --ignore-scripts$/),
    ]);
  });

  it('runs npm ci where a folder was deleted', () => {
    rmSync(join(root, 'node_modules', 'a'), { recursive: true });
    expect(run(0).npm.length).toBe(1);
  });

  it('fails with npm', () => {
    rmSync(join(root, 'node_modules'), { recursive: true });
    expect(run(3, '--with-runtime')).toMatchObject({ status: 3, npm: [expect.anything()] });
  });

  it('goes on without the runtime', () => {
    rmSync(join(root, 'test/runtime/node_modules'), { recursive: true });
    expect(run(0).npm).toEqual([]);
    const { status, said, npm } = run(1, '--with-runtime');
    expect(status).toBe(0);
    expect(said.at(-1)).toBe('npm ci gave 1: tests with a real TensorFlow Lite will skip.');
    expect(npm).toEqual([expect.stringMatching(/test\/runtime ci .*--ignore-scripts --legacy-peer-deps/)]);
  });
});
