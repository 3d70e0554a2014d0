/** The program as it is installed: dist/bin.js in a process of its own ("npm test" builds it first). */

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { BIN, IS_BUILT } from '../built.ts';
import { fixturePath } from '../fixtures.ts';
import { loadRuntime } from '../runtime/tflite-runtime.ts';
import { NO_SHARED, sharedPath } from '../shared.ts';
import { once } from '../standalone/chunks.ts';
import { done } from './project-run.ts';
import { makeProject, removeFolders, SMALL_PROJECT } from './run-main.ts';

const tinyml = (cwd: string, ...argv: string[]): string =>
  execFileSync(process.execPath, [BIN, ...argv], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });

afterAll(removeFolders);

describe.skipIf(!IS_BUILT)('dist/bin.js ("npm run build" makes it)', () => {
  it('prints its version', () => {
    expect(tinyml('.', '--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('compresses the model of a project', () => {
    const training = { ...SMALL_PROJECT.training, compress: [{ method: 'prune', epochs: 1 }] };
    const stdout = tinyml(makeProject({ ...SMALL_PROJECT, training }), 'compress');
    expect(stdout).toMatch(/^compress: made, .*\n {2}method .*\n {2}before .*\n {2}prune /);
  });

  it('exits with 130 on Ctrl-C and keeps the model', async () => {
    const folder = makeProject({ ...SMALL_PROJECT, training: { epochs: 100000 } });
    const child = spawn(process.execPath, [BIN, 'train', '--backend', 'cpu'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let printed = '';
    child.stderr.on('data', (text: Buffer) => {
      printed += text;
      // The last line before the first epoch.
      if (!child.killed && printed.includes('plain JavaScript runs')) child.kill('SIGINT');
    });
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(code).toBe(130);
    expect(existsSync(join(folder, 'artifacts/train/latest'))).toBe(true);
  });

  it('ends quietly when the reader of its output goes away', () => {
    const folder = makeProject();
    tinyml(folder, 'convert', '-o', 'm.tflite');
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', `"${process.execPath}" "${BIN}" inspect m.tflite | true`],
      { cwd: folder, encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([0, '']);
  });

  it('goes on where nobody reads its log, with the same exit code', () => {
    const folder = makeProject();
    const run = (command: string): number | null =>
      spawnSync('bash', ['-c', command.replace('tinyml', `"${process.execPath}" "${BIN}"`)], {
        cwd: folder,
        encoding: 'utf8',
      }).status;
    expect(run('tinyml train 2> >(exec true) > train.txt')).toBe(0);
    expect(readFileSync(join(folder, 'train.txt'), 'utf8')).toContain('train: made');
    expect(run('tinyml inspect none.tflite 2> >(exec true)')).toBe(3);
    expect(run('tinyml inspect none.tflite 2>&-')).toBe(3);
    if (process.platform === 'linux') expect(run('tinyml inspect none.tflite 2> /dev/full')).toBe(3);
  });

  it.runIf(process.platform === 'linux')('says that its result finds no room', () => {
    const folder = makeProject();
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', `"${process.execPath}" "${BIN}" --version > /dev/full`],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    expect([status, stderr]).toEqual([6, expect.stringContaining('standard output: the disk is full')]);
  });
});

const helloWorld = (input: string, output: string) =>
  [
    `hello_world_int8 on ${input}`,
    sharedPath('models', 'tflm', 'hello_world_int8.tflite'),
    sharedPath('golden', 'models', 'hello_world_int8', input),
    sharedPath('golden', 'models', 'hello_world_int8', output),
  ] as const;
const oneOperator = (name: string) =>
  [name, ...['.tflite', '.input.bin', '.output.bin'].map((end) => fixturePath('tflm', name + end))] as const;

describe.skipIf(!IS_BUILT)('predict --raw-input', () => {
  it.for([
    oneOperator('fc_w128'),
    oneOperator('add_int8'),
    helloWorld('input.bin', 'output.bin'),
    helloWorld('all_inputs.bin', 'all_outputs.bin'),
  ])('%s gives the recorded bytes', ([, model, input, output], { skip }) => {
    if (model === undefined || input === undefined || output === undefined) return skip(NO_SHARED);
    const folder = makeProject();
    tinyml(folder, 'predict', model, '--raw-input', input, '--raw-output', 'out.bin');
    expect(readFileSync(join(folder, 'out.bin'))).toEqual(readFileSync(output));
  });
});

const runtime = loadRuntime();
describe.skipIf(!runtime.ok || !IS_BUILT)(
  `a real TensorFlow Lite runtime ${runtime.ok ? '' : `(${runtime.why})`}`,
  () => {
    const run = runtime.ok ? runtime.run : () => [];
    /** Trained once for all of them. */
    const project = once(() => makeProject());

    it.each([
      ['int8', ['--int8']],
      ['float', ['--float']],
      ['int8 with float inputs and outputs', ['--io', 'float']],
      // Version 2.9 computes weights quantized per channel with the first scale only: it loads, the numbers are ours to give.
      ['int8 per channel', ['--dense-per-channel']],
    ] as const)('loads and runs what convert writes: %s', async (name, flags) => {
      const folder = project();
      await done(folder, 'convert', ...flags, '-o', 'm.tflite');
      const model = readFileSync(join(folder, 'm.tflite'));
      const isInt8 =
        readTflite(model).graph.inputs.length === 1 && (name === 'int8' || name === 'int8 per channel');
      const records = isInt8
        ? Int8Array.from({ length: 256 }, (_, i) => i - 128)
        : Float32Array.from({ length: 64 }, (_, i) => i / 4);
      const bytes = new Uint8Array(records.buffer);
      const size = isInt8 ? 1 : 4;
      writeFileSync(join(folder, 'in.bin'), bytes);
      await done(folder, 'predict', 'm.tflite', '--raw-input', 'in.bin', '--raw-output', 'out.bin');
      const ours = readFileSync(join(folder, 'out.bin'));
      const theirs = Array.from(
        { length: bytes.length / size },
        (_, i) => run(model, [bytes.subarray(i * size, (i + 1) * size)])[0],
      );
      expect(theirs.every((output) => output.length === size)).toBe(true);
      if (name === 'int8 per channel') return;
      if (isInt8) {
        const steps = theirs.map(([byte], i) => Math.abs(((byte << 24) >> 24) - ((ours[i] << 24) >> 24)));
        // Its kernels round once where TFLM rounds twice.
        expect(Math.max(...steps)).toBeLessThanOrEqual(1);
        expect(steps.filter((step) => step > 0).length).toBeLessThan(26);
      } else {
        const float = (data: Uint8Array): number =>
          new DataView(data.buffer, data.byteOffset).getFloat32(0, true);
        const scale = name === 'float' ? 1e-5 : 0.1;
        for (const [i, output] of theirs.entries()) {
          expect(Math.abs(float(output) - float(ours.subarray(4 * i)))).toBeLessThan(scale * 5);
        }
      }
    });
  },
);
