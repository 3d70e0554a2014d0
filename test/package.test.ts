/** The package as npm publishes and installs it: its files, and the packages that come with it. */

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { SERIAL_PACKAGE } from '../src/cli/serial/serialport-package.ts';
import { QUEUE_PACKAGES } from '../src/stages/search/queue/queue-packages.ts';
import { BACKEND_PACKAGES, installHint } from '../src/training/tfjs/packages.ts';
import { IS_BUILT } from './built.ts';
import { makeFolder, makeProject, removeFolders, SMALL_PROJECT } from './cli/run-main.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DEPENDENCIES = Object.keys(packageJson.dependencies);

/** Paths below a folder, with slashes. */
function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length).replaceAll('\\', '/'));
}

const SOURCES = filesBelow('src').filter((path) => path.endsWith('.ts') && !path.includes('/assembly/'));

/** `@scope/name` or `name`, of every import of a package. */
function importedPackages(): ReadonlySet<string> {
  const pattern =
    /(?:^import|^(?:import|export|\})[^\n']* from|\bimport\()\s*'(?!node:)((?:@[\w-]+\/)?[\w-]+)/gm;
  const texts = SOURCES.map((path) => readFileSync(join(ROOT, path), 'utf8'));
  return new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name)));
}

/** What threads run, as the code that starts them names it: beside the chunks, which all lie side by side. */
const WORKERS = [
  'dist/crew-worker.js',
  'dist/fold-worker.js',
  'dist/record-worker.js',
  'dist/trial-worker.js',
];

/** All that files of `dist/` load, now or later, and what of that starts threads. */
function filesBehind(entries: readonly string[]): ReadonlySet<string> {
  const files = new Set(entries.map((name) => `dist/${name}`));
  for (const file of files) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    for (const [, name] of text.matchAll(/(?:\bfrom |\bimport |\bimport\()"\.\/([^"]+)"/g))
      files.add(`dist/${name}`);
    for (const [, name] of text.matchAll(/new URL\(`\.\/([\w-]+)\$\{extname/g)) files.add(`dist/${name}.js`);
  }
  return files;
}

afterAll(removeFolders);

describe('package.json', () => {
  const peers = Object.entries(packageJson.peerDependencies);

  it('names every package that the program imports, and no other', () => {
    // tfjs-node is loaded by a name that the compiler does not see.
    const named = [...DEPENDENCIES, ...peers.map(([name]) => name)];
    expect([...importedPackages(), BACKEND_PACKAGES.node].sort()).toEqual(named.sort());
  });

  it('makes every peer optional, and brings it for the tests where it can be installed everywhere', () => {
    expect(packageJson.peerDependenciesMeta).toEqual(
      Object.fromEntries(peers.map(([name]) => [name, { optional: true }])),
    );
    const forTests = peers.filter(([name]) => name !== BACKEND_PACKAGES.node);
    expect(packageJson.devDependencies).toMatchObject(Object.fromEntries(forTests));
  });

  it('accepts the versions that a hint installs', () => {
    const hinted = peers.map(([name]) => name).filter((name) => name.startsWith('@tensorflow/'));
    for (const name of hinted) {
      const [, version] = installHint([name]).match(/@(\d+\.\d+)"/) ?? [];
      expect(packageJson.peerDependencies).toHaveProperty([name], `~${version}.0`);
    }
    const others = [...QUEUE_PACKAGES, SERIAL_PACKAGE].map((text) => text.split('@'));
    expect([...hinted, ...others.map(([name]) => name)]).toEqual(peers.map(([name]) => name));
    for (const [name, major] of others) {
      const range = peers.find(([peer]) => peer === name)?.[1];
      expect(range?.split(' || ').some((part) => part.startsWith(`^${major}.`))).toBe(true);
    }
  });
});

describe.skipIf(!IS_BUILT)('the package ("npm run build" makes it)', () => {
  it('holds the compiled program, its schemas, README and licence, and nothing else', () => {
    const json = execFileSync('npm pack --dry-run --json --ignore-scripts', {
      cwd: ROOT,
      shell: true,
      encoding: 'utf8',
    });
    const packed = (JSON.parse(json) as { files: { path: string }[] }[])[0].files.map(({ path }) => path);
    const files = packed.filter((path) => !path.endsWith('.d.ts'));
    expect(files.filter((path) => !path.startsWith('dist/')).sort()).toEqual([
      'LICENSE',
      'README.md',
      'package.json',
      ...filesBelow('schemas').sort(),
    ]);
    const reached = filesBehind(['bin.js', 'index.js', 'browser.js']);
    const licences = ['zod', 'commander', 'chalk', 'flatbuffers'].map((name) => `dist/${name}-LICENSE.txt`);
    expect(files.filter((path) => path.startsWith('dist/')).sort()).toEqual([...reached, ...licences].sort());
    expect([...reached]).toEqual(expect.arrayContaining(WORKERS));
  });

  /** The program with the packages of a production install alone. */
  function install(): string {
    const folder = makeFolder();
    for (const path of ['dist', 'package.json'])
      cpSync(join(ROOT, path), join(folder, path), { recursive: true });
    for (const name of DEPENDENCIES) {
      const link = join(folder, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', name), link, 'junction');
    }
    return join(folder, 'dist/bin.js');
  }

  it('runs without TensorFlow.js, and says how to install it where it is asked for', () => {
    const bin = install();
    const tinyml = (...argv: string[]) =>
      spawnSync(process.execPath, [bin, ...argv], { cwd: makeProject(SMALL_PROJECT), encoding: 'utf8' });
    const run = tinyml('run');
    expect([run.status, run.stderr]).toEqual([0, expect.stringContaining('The compiled engine trains with')]);
    const lines = (...packages: string[]) => [
      `error The engine "tfjs" is TensorFlow.js, which is not installed: ${packages.join(', ')}.`,
      `hint  ${installHint(packages)}`,
    ];
    for (const [backend, wanted] of [
      [[], BACKEND_PACKAGES.wasm],
      [['--backend', 'cpu'], BACKEND_PACKAGES.cpu],
      [['--backend', 'node'], BACKEND_PACKAGES.node],
    ] as const) {
      const { status, stderr } = tinyml('train', '--engine', 'tfjs', ...backend);
      expect(status).toBe(6);
      expect(stderr.trimEnd().split('\n').slice(-2)).toEqual(
        lines('@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', wanted),
      );
    }
  });
});
