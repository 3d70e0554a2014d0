/** C without an interpreter, as people get it: exported, compiled, run, and verified. */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { runNative, runOnCortexM4 } from '../cross/compile.ts';
import { cCompiler, missingCortexM4, missingNative } from '../cross/probe.ts';
import { fixturePath } from '../fixtures.ts';
import { computedBiases } from '../formats/tflite/without-c.ts';
import { makeFolder, makeProject, removeFolders, runMain, SMALL_PROJECT } from './run-main.ts';

afterAll(removeFolders);

const MODEL = fixturePath('tflm', 'fc_batch4_per_tensor_relu.tflite');

/** All files below a folder, by path. */
function sourcesIn(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = paths.filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

interface Exported {
  readonly constantBytes: number;
  readonly bufferBytes: number;
  readonly bufferBound: number;
  readonly written: readonly string[];
}

async function exported(folder: string, ...argv: string[]): Promise<Exported> {
  const { code, stdout, stderr } = await runMain(folder, ['export-c', ...argv, '--json']);
  expect([code, stderr]).toEqual([0, expect.not.stringMatching(/^warning/m)]);
  return JSON.parse(stdout) as Exported;
}

const noNative = missingNative();
const noCortexM4 = missingCortexM4();
const cc = cCompiler();

const PASS = /^tinyml-self-test PASS model=[0-9a-f]{16} vectors=8 bytes=\d+$/m;

describe('tinyml export-c --standalone, the sine project', () => {
  const project = makeProject(SMALL_PROJECT);
  const folder = join(project, 'c');

  it('writes main.c, the network and its headers, the same twice', async () => {
    await exported(project, '--standalone', 'c');
    const before = sourcesIn(folder);
    expect(Object.keys(before).sort()).toEqual([
      'README.md',
      'main.c',
      'model.c',
      'model.h',
      'model_io.h',
      'model_test.h',
      'tinyml-export.json',
    ]);
    expect(before['model_test.h']).toContain('spread evenly over the 60 records of the test split');
    await exported(project, '--standalone', 'c');
    expect(sourcesIn(folder)).toEqual(before);
  });

  it.skipIf(cc === undefined)(`builds by the line of its README, passes, and verify says so`, async () => {
    const build = spawnSync(cc as string, ['main.c', 'model.c'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect([build.status, build.stderr]).toEqual([0, '']);
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain('cc main.c model.c && ./a.out');
    const { status, stdout } = spawnSync('./a.out', {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(PASS);
    writeFileSync(join(project, 'log'), stdout);
    const verified = await runMain(project, ['verify', 'log']);
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringMatching(/^PASS: /)]);
  });

  it.skipIf(noNative !== '')(`has nothing that careful compilers warn of ${noNative}`, () => {
    const { stdout, exitCode } = runNative(sourcesIn(folder), {
      strict: true,
    });
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(PASS)]);
  });

  it.skipIf(noCortexM4 !== '')(`passes on a Cortex-M4 ${noCortexM4}`, () => {
    const { stdout, exitCode } = runOnCortexM4(sourcesIn(folder), {
      strict: true,
    });
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(PASS)]);
  });

  it.skipIf(noNative !== '')(`says FAIL of one expected byte that is another ${noNative}`, () => {
    const sources = sourcesIn(folder);
    const test = sources['model_test.h'].replace(
      /(golden_output\[[^=]*= \{\n {2}\{)(-?\d+)/,
      (_, before: string, byte: string) => before + (Number(byte) > 0 ? Number(byte) - 1 : Number(byte) + 1),
    );
    expect(test).not.toBe(sources['model_test.h']);
    const { stdout, exitCode } = runNative({
      ...sources,
      'model_test.h': test,
    });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^tinyml-self-test FAIL model=\w+ vector=0 output=0 index=0 .* mismatches=1 vectors=8/m,
    );
  });

  it.skipIf(noNative !== '')(`says FAIL of weights that are others ${noNative}`, () => {
    const sources = sourcesIn(folder);
    const source = sources['model.c'].replace(/(?<=static const .*\[\d+\] = \{\n)[^}]*/, (values) =>
      values.replaceAll(/-?\d+/g, (value) => String(-1 - Number(value))),
    );
    expect(source).not.toBe(sources['model.c']);
    const { stdout, exitCode } = runNative({ ...sources, 'model.c': source });
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining('tinyml-self-test FAIL')]);
  });

  it.skipIf(noNative !== '')(`refuses a buffer that is too small or begins between words ${noNative}`, () => {
    const { 'model.c': source, 'model.h': header } = sourcesIn(folder);
    const caller = `#include "model.h"
#include <cstdio>
#include <cstring>
static uint32_t words[MODEL_BUFFER_BYTES / 4 + 2];
static bool untouched(int8_t output) {
  for (uint32_t word : words) if (word != 0xa5a5a5a5u) return false;
  return output == 77;
}
int main() {
  std::memset(words, 0xa5, sizeof words);
  const int8_t input = 3;
  int8_t output = 77;
  const int small = model_invoke_in(words, MODEL_BUFFER_BYTES - 1, &input, &output);
  const int odd = model_invoke_in(reinterpret_cast<char *>(words) + 1, MODEL_BUFFER_BYTES, &input, &output);
  const bool kept = untouched(output);
  const int right = model_invoke_in(words, MODEL_BUFFER_BYTES, &input, &output);
  const int8_t own = output;
  const int invoked = model_invoke(&input, &output);
  std::printf("%d %d %d %d %d %d", small, odd, kept, right, invoked, own == output);
  return words[MODEL_BUFFER_BYTES / 4] == 0xa5a5a5a5u ? 0 : 1;
}
`;
    const run = runNative(
      { 'model.c': source, 'model.h': header, 'caller.cc': caller },
      { standard: 'c++11', strict: true },
    );
    expect([run.exitCode, run.stdout]).toEqual([0, '-1 -1 1 0 0 1']);
  });
});

describe('tinyml export-c MODEL --standalone', () => {
  it('says what the C takes, and takes names', async () => {
    const folder = makeFolder();
    const { bufferBytes, bufferBound, written } = await exported(
      folder,
      MODEL,
      '--standalone',
      'c',
      '--name',
      'wave',
      '--vectors',
      '3',
    );
    expect(bufferBound).toBeLessThanOrEqual(bufferBytes);
    expect(written).toEqual([
      'c/main.c',
      'c/wave.h',
      'c/wave.c',
      'c/wave_io.h',
      'c/wave_test.h',
      'c/README.md',
    ]);
    const header = readFileSync(join(folder, 'c/wave.h'), 'utf8');
    expect(header).toContain(`#define WAVE_BUFFER_BYTES ${bufferBytes}\n`);
    expect(header).toContain('int wave_invoke(const int8_t *input, int8_t *output);');
    expect(readFileSync(join(folder, 'c/wave_test.h'), 'utf8')).toContain('#define WAVE_VECTORS 3\n');
  });

  it.each([
    ['a name that is none', ['--name', '2x'], 'is not a C identifier'],
    ['the name of a standard header', ['--name', 'string'], 'would name a file'],
    ['the name of the application', ['--name', 'Main'], 'would name a file'],
    ['a name of macros', ['--name', 'x'], '<unistd.h>'],
    ['a name of the generated code', ['--name', 'multiply'], 'is what multiply_'],
    ['a name of its constants', ['--name', 'layer0'], 'is what layer0 '],
    ['another layout', ['--tflm', 'b'], 'Give one of'],
    ['a library', ['--library', 'chirale'], '--library goes with --arduino'],
    ['too few labels', ['--labels', 'x,y,z,w'], '4 labels'],
    ['no vectors', ['--vectors', '0'], 'is not between 1 and'],
    ['a goal that is none', ['--optimize', 'ram'], 'Allowed choices are size, balanced, speed'],
  ])('refuses %s', async (_, flags, words) => {
    const folder = makeFolder();
    const { code, stdout, stderr } = await runMain(folder, [
      'export-c',
      MODEL,
      '--standalone',
      'a',
      ...flags,
    ]);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(words)]);
    expect(existsSync(join(folder, 'a'))).toBe(false);
  });

  it('writes the least code where that is asked for, and tells what it writes', async () => {
    const folder = makeFolder();
    const plain = await exported(folder, MODEL, '--standalone', 'plain');
    const small = await exported(folder, MODEL, '--standalone', 'small', '--optimize', 'size');
    expect(small.constantBytes).toBeLessThan(plain.constantBytes);
    expect(readFileSync(join(folder, 'small/README.md'), 'utf8')).toContain('cc -Os main.c model.c');
    const limits = ['--flash', String(small.constantBytes), '--ram', String(small.bufferBytes)];
    const check = ['check', MODEL, '--target', 'standalone-c', ...limits];
    expect((await runMain(folder, [...check, '--optimize', 'size'])).code).toBe(0);
    expect((await runMain(folder, check)).code).toBe(5);
    const without = await runMain(folder, ['export-c', MODEL, '--tflm', 'a', '--optimize', 'size']);
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('--optimize goes with')]);
  });

  it('refuses a board without it, and a folder that is no sketch', async () => {
    const folder = makeFolder();
    const board = await runMain(folder, ['export-c', MODEL, '--tflm', 'a', '--board', 'pico']);
    expect([board.code, board.stderr]).toEqual([
      2,
      expect.stringContaining('--board goes with --standalone'),
    ]);
    const argv = ['export-c', MODEL, '--standalone', 'my sketch', '--board', 'arduino'];
    const sketch = await runMain(folder, argv);
    expect([sketch.code, sketch.stderr]).toEqual([2, expect.stringContaining('my sketch')]);
  });
});

describe('a folder of C without an interpreter', () => {
  const PROJECT = {
    ...SMALL_PROJECT,
    export: { layout: 'standalone', directory: 'wave', name: 'g_wave' },
  };

  it('is what a project exports that says so, for the board that it names', async () => {
    const folder = makeProject({
      ...PROJECT,
      export: { ...PROJECT.export, board: 'arduino' },
    });
    const { code, stdout } = await runMain(folder, ['run']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('C source: wave, 6 files')]);
    expect(readdirSync(join(folder, 'wave')).sort()).toEqual([
      'README.md',
      'tinyml-export.json',
      'wave.c',
      'wave.h',
      'wave.ino',
      'wave_io.h',
      'wave_test.h',
    ]);
  });

  it('keeps the application that was edited, and refuses another file that was', async () => {
    const folder = makeFolder();
    const argv = ['export-c', MODEL, '--standalone', 'c'];
    expect((await runMain(folder, argv)).code).toBe(0);
    writeFileSync(join(folder, 'c/main.c'), 'mine');
    const again = await runMain(folder, argv);
    expect([again.code, again.stderr]).toEqual([
      0,
      expect.stringContaining('Kept c/main.c, which was edited'),
    ]);
    writeFileSync(join(folder, 'c/model_io.h'), 'mine, too');
    const refused = await runMain(folder, [...argv, '--name', 'model']);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('c/model_io.h: changed since tinyml wrote it'),
    ]);
    expect(readFileSync(join(folder, 'c/main.c'), 'utf8')).toBe('mine');
    expect((await runMain(folder, [...argv, '--force'])).code).toBe(0);
    expect(readFileSync(join(folder, 'c/main.c'), 'utf8')).toContain('int main(void)');
  });

  it('leaves another model where it is, and the application that calls it', async () => {
    const folder = makeFolder();
    const argv = ['export-c', MODEL, '--standalone', 'c', '--name'];
    await runMain(folder, [...argv, 'alpha']);
    const before = readdirSync(join(folder, 'c')).map((name) =>
      readFileSync(join(folder, 'c', name), 'utf8'),
    );
    const { code, stderr } = await runMain(folder, [...argv, 'alpha_io']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('c holds a model that is called "alpha"')]);
    expect(
      readdirSync(join(folder, 'c')).map((name) => readFileSync(join(folder, 'c', name), 'utf8')),
    ).toEqual(before);
    expect((await runMain(folder, [...argv, 'alpha'])).code).toBe(0);
    expect((await runMain(folder, [...argv, 'beta', '--force'])).code).toBe(0);
  });

  it.each(['aux', 'COM1', 'string'])(
    'refuses the name %s, which would be no file of its own',
    async (name) => {
      const folder = makeFolder();
      const { code } = await runMain(folder, ['export-c', MODEL, '--standalone', 'c', '--name', name]);
      expect([code, existsSync(join(folder, 'c'))]).toEqual([2, false]);
    },
  );

  it('says where a sketch lies beside a program that begins elsewhere', async () => {
    const folder = makeFolder();
    const argv = ['export-c', MODEL, '--standalone', 'c'];
    await runMain(folder, argv);
    const { code, stderr } = await runMain(folder, [...argv, '--board', 'arduino']);
    expect([code, stderr]).toEqual([0, expect.stringContaining("c/main.c is in the sketch's folder too")]);
  });

  it('is not begun where an operator has no C', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'm.tflite'), writeTflite(computedBiases()));
    const { code, stdout, stderr } = await runMain(folder, ['export-c', 'm.tflite', '--standalone', 'c']);
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toMatch(/m\.tflite: FULLY_CONNECTED ".*" in int16: /);
    expect(existsSync(join(folder, 'c'))).toBe(false);
  });
});
