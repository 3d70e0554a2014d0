/** Models that keep a state between inferences: run on and anew, converted, and as firmware. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { TensorType } from '../../src/core/tensor.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { type Graph, isStateful } from '../../src/ir/graph.ts';
import { resourceOperators } from '../formats/tflite/recurrent-models.ts';
import { oneNode } from '../ops/one-node.ts';
import { sumOfTwo } from '../ops/sum-of-two.ts';
import { NO_SHARED, sharedPath } from '../shared.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

/** The sum of the last two inputs. */
function floatWindow(): Graph {
  const float = (...shape: number[]): TensorType => ({ dtype: 'float32', shape });
  const ones = (length: number) => ({
    type: float(1, length),
    data: new Float32Array(length).fill(1),
    constant: true,
  });
  return oneNode(
    'svdf',
    { rank: 1, activation: 'none' },
    [{ type: float(1, 1) }, ones(1), ones(2), undefined, { type: float(1, 2) }],
    float(1, 1),
  );
}

const VALUES = ['--value', '1', '--value', '2', '--value', '3'];

async function outputs(folder: string, model: string, ...flags: string[]): Promise<number[]> {
  const { code, stdout } = await runMain(folder, ['predict', model, ...VALUES, ...flags]);
  expect(code).toBe(0);
  return stdout.trim().split('\n').map(Number);
}

describe.each([
  ['float32', floatWindow, ['--float']],
  ['int8', sumOfTwo, []],
] as const)('an SVDF of %s', (_, make, form) => {
  const folderWithModel = (): string => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'm.tflite'), writeTflite(make()));
    return folder;
  };

  it('keeps its state from record to record, unless each begins anew', async () => {
    const folder = folderWithModel();
    expect(await outputs(folder, 'm.tflite')).toEqual([1, 3, 5]);
    expect(await outputs(folder, 'm.tflite', '--reset')).toEqual([1, 2, 3]);
  });

  it('does so record by record in raw files', async () => {
    const folder = folderWithModel();
    const records =
      make().values.get(0)?.type.dtype === 'int8' ? Int8Array.of(1, 2, 3) : Float32Array.of(1, 2, 3);
    writeFileSync(join(folder, 'in.raw'), records);
    for (const [flags, sums] of [
      [[], [1, 3, 5]],
      [['--reset'], [1, 2, 3]],
    ] as const) {
      const argv = ['predict', 'm.tflite', '--raw-input', 'in.raw', '--raw-output', 'out.raw', ...flags];
      expect((await runMain(folder, argv)).code).toBe(0);
      const expected = records instanceof Int8Array ? Int8Array.from(sums) : Float32Array.from(sums);
      expect(readFileSync(join(folder, 'out.raw')).equals(Buffer.from(expected.buffer))).toBe(true);
    }
  });

  it('is converted with its state, and compared with what came of it', async () => {
    const folder = folderWithModel();
    expect((await runMain(folder, ['convert', 'm.tflite', ...form, '-o', 'c.tflite'])).code).toBe(0);
    expect(isStateful(readTflite(readFileSync(join(folder, 'c.tflite'))).graph)).toBe(true);
    expect(await outputs(folder, 'c.tflite')).toEqual([1, 3, 5]);
    const { code, stdout } = await runMain(folder, ['diff', 'm.tflite', 'c.tflite', '--json']);
    expect([code, JSON.parse(stdout).outputs.outputs[0].differingRecords]).toEqual([0, 0]);
  });

  it('has firmware whose self-test begins and ends with a reset', async () => {
    const folder = folderWithModel();
    const argv = ['export-c', 'm.tflite', '--tflm', 'firmware', '--vectors', '5'];
    const { code, stderr } = await runMain(folder, argv);
    expect(code).toBe(0);
    const warning = 'CMSIS-NN kernels compute SVDF otherwise';
    expect(stderr.includes(warning)).toBe(form.length === 0);
    const readme = readFileSync(join(folder, 'firmware', 'README.md'), 'utf8');
    expect(readme.includes(warning)).toBe(form.length === 0);
    const selfTest = readFileSync(join(folder, 'firmware', 'self_test.cc'), 'utf8');
    expect(selfTest.split('interpreter.Reset()')).toHaveLength(3);
  });
});

it('variables run on, and are compared by the operators that compute', async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, 'v.tflite'), writeTflite(resourceOperators()));
  writeFileSync(join(folder, 'in.raw'), Int8Array.of(5, 4, 3, 5, 4, 3));
  const argv = ['predict', 'v.tflite', '--raw-input', 'in.raw', '--raw-output', 'out.raw'];
  for (const [flags, second] of [
    [[], [7, 6, 5, 5, 6, 7]],
    [['--reset'], [5, 4, 3, 4, 4, 4]],
  ] as const) {
    expect((await runMain(folder, [...argv, ...flags])).code).toBe(0);
    // What they hold at first, they hold in the first inference alone.
    expect([...readFileSync(join(folder, 'out.raw'))]).toEqual([6, 6, 6, 4, 4, 4, ...second]);
  }
  expect((await runMain(folder, ['convert', 'v.tflite', '-o', 'c.tflite'])).code).toBe(0);
  const { code, stdout } = await runMain(folder, ['diff', 'v.tflite', 'c.tflite', '--json']);
  const { comparedLayers, outputs: compared } = JSON.parse(stdout).outputs;
  expect([code, comparedLayers, compared[0].differingRecords]).toEqual([0, 5, 0]);
});

it('an SVDF of float32 is not made int8', async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, 'm.tflite'), writeTflite(floatWindow()));
  writeFileSync(join(folder, 'x.csv'), '1\n2\n');
  const { code, stderr } = await runMain(folder, [
    'convert',
    'm.tflite',
    '--int8',
    '--calibration',
    'x.csv',
    '-o',
    'c.tflite',
  ]);
  expect(code).toBe(4);
  expect(stderr).toContain('SVDF of float32 is not made int8 here');
});

describe.each(['keyword_scrambled_8bit', 'trained_lstm_int8'])(`%s (${NO_SHARED})`, (name) => {
  const model = sharedPath('models', 'tflm', `${name}.tflite`);
  const golden = sharedPath('golden', 'models', name);
  const missing = model === undefined || golden === undefined;

  it.skipIf(missing)(
    'gives the records of TensorFlow Lite Micro, as it is and rewritten, in fewer bytes',
    async () => {
      const folder = makeFolder();
      const recorded = (file: string): Buffer => readFileSync(join(golden ?? '', file));
      const { code, stderr } = await runMain(folder, ['convert', model ?? '', '-o', 'rewritten.tflite']);
      expect([code, stderr]).toEqual([0, '']);
      const rewritten = readFileSync(join(folder, 'rewritten.tflite'));
      expect(rewritten.length).toBeLessThan(readFileSync(model ?? '').length);
      for (const file of [model ?? '', 'rewritten.tflite']) {
        for (const [flags, outputs] of [
          [[], 'output.bin'],
          [['--reset'], 'output_reset.bin'],
        ] as const) {
          const input = join(golden ?? '', 'input.bin');
          const argv = ['predict', file, '--raw-input', input, '--raw-output', 'out.raw', ...flags];
          expect((await runMain(folder, argv)).code).toBe(0);
          expect(readFileSync(join(folder, 'out.raw')).equals(recorded(outputs)), `${file} ${flags}`).toBe(
            true,
          );
        }
      }
    },
  );
});
