/**
 * Projects for boards: their sources compile against stubs of what the kits have, and CMake builds them with stubs of what
 * the kits add to it. The kits themselves are not here, and nothing says that their real versions accept more than that.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportStandalone } from '../../../../src/models/standalone/export-standalone.ts';
import type { Optimize } from '../../../../src/targets/c/optimize.ts';
import { BOARDS, type Board } from '../../../../src/targets/c/project/board.ts';
import { runNative } from '../../../cross/compile.ts';
import { missingNative } from '../../../cross/probe.ts';
import { fixture } from '../../../fixtures.ts';
import { ESP_START, KIT_CMAKE, KIT_HEADERS } from './sdk-stubs.ts';

type Sources = Readonly<Record<string, string>>;

function projectFor(board: Board, optimize: Optimize = 'balanced'): Sources {
  const model = fixture('tflm', 'softmax_rank4.tflite');
  return exportStandalone(
    model,
    { name: 'model', board, folder: 'speech', vectors: 4, optimize },
    { seed: 1 },
  ).files;
}

/** All files in one folder, as a compiler finds them. */
function flat(sources: Sources): Record<string, string> {
  return Object.fromEntries(Object.entries(sources).map(([path, text]) => [basename(path), text]));
}

/** Twelve pauses: three rounds of the self-test and four samples. */
function expectRounds(stdout: string): void {
  const lines = stdout.trimEnd().split(/\r?\n/);
  expect(lines.length).toBe(15);
  for (const [index, line] of lines.entries()) {
    expect(line).toMatch(
      index % 5 === 0
        ? /^tinyml-self-test PASS model=[0-9a-f]{16} vectors=4 bytes=\d+$/
        : /^sample \d: class \d+: /,
    );
  }
}

const noNative = missingNative();
const KITS = Object.keys(KIT_HEADERS) as (keyof typeof KIT_HEADERS)[];

describe.skipIf(noNative !== '')(`the sources ${noNative}`, () => {
  it.each(KITS)('for %s', (kit) => {
    const start = kit === 'esp-idf' ? { 'start.c': ESP_START } : {};
    const { stdout, exitCode } = runNative(
      { ...flat(projectFor(kit)), ...KIT_HEADERS[kit], ...start },
      { strict: true },
    );
    expect(exitCode).toBe(0);
    expectRounds(stdout);
  });

  it('for Arduino need no library', () => {
    const files = projectFor('arduino');
    expect(Object.keys(files)).toEqual([
      'speech.ino',
      'model.h',
      'model.c',
      'model_io.h',
      'model_test.h',
      'README.md',
    ]);
    const { stdout, exitCode } = runNative(files, { standard: 'c++11', strict: true });
    expect(exitCode).toBe(0);
    // The stub calls loop() twelve times.
    expect(stdout.match(/tinyml-self-test PASS/g)?.length).toBe(12);
    expect(stdout.match(/^sample 3: class \d+: \d+\.\d{4}\r$/gm)?.length).toBe(12);
  });

  it('for PlatformIO are a sketch and a library', () => {
    const { 'src/main.cpp': main, ...files } = projectFor('platformio');
    expect(Object.keys(files)).toContain('lib/model/model.c');
    expect(files['platformio.ini']).toMatch(/^\[env:\w+\]\nplatform = \w+\nboard = \w+$/m);
    const { stdout, exitCode } = runNative(
      { ...flat(files), 'main.ino': main },
      { standard: 'c++11', strict: true },
    );
    expect(exitCode).toBe(0);
    expect(stdout.match(/tinyml-self-test PASS/g)?.length).toBe(12);
  });
});

describe('what the source is to be best at', () => {
  it('is said to PlatformIO by the library', () => {
    const manifest = projectFor('platformio', 'speed')['lib/model/library.json'];
    expect(JSON.parse(manifest)).toEqual({ name: 'model', version: '1.0.0', build: { flags: ['-O3'] } });
    expect(projectFor('platformio')['lib/model/library.json']).toBeUndefined();
  });

  it('is left to every kit where it is balanced', () => {
    for (const board of BOARDS) {
      const text = Object.values(projectFor(board)).join('\n');
      expect(text).not.toMatch(/-O[2s]\b/);
    }
  });
});

const noCMake = spawnSync('cmake', ['--version']).status === 0 ? noNative : 'needs cmake';

function writeAll(folder: string, files: Sources): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

interface Command {
  readonly command: string;
  readonly file: string;
}

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>>): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 300_000,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

describe.skipIf(noCMake !== '')(`CMake ${noCMake}`, () => {
  it.each(KITS)(
    'builds what is for %s',
    (kit) => {
      const folder = mkdtempSync(join(tmpdir(), 'tinyml-kit-'));
      try {
        const { variable, files, program } = KIT_CMAKE[kit];
        writeAll(join(folder, 'project'), projectFor(kit, 'size'));
        writeAll(join(folder, 'kit'), files);
        writeAll(join(folder, 'kit/include'), KIT_HEADERS[kit]);
        const env = { [variable]: join(folder, 'kit') };
        const build = join(folder, 'build');
        run('cmake', ['-S', join(folder, 'project'), '-B', build, '-DCMAKE_EXPORT_COMPILE_COMMANDS=ON'], env);
        const commands = JSON.parse(readFileSync(join(build, 'compile_commands.json'), 'utf8')) as Command[];
        const small = commands.filter(({ command }) => command.includes(' -Os '));
        expect(small.map(({ file }) => basename(file))).toEqual(['model.c']);
        run('cmake', ['--build', build], env);
        expectRounds(run(join(build, program), [], {}));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    120_000,
  );
});
