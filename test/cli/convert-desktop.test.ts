/** `convert --float16` and `--dynamic-range`: who runs the file is said where it is written, and wherever it is looked at. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../src/core/errors.ts';
import { importTflite } from '../../src/formats/tflite/read.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { getValue } from '../../src/ir/graph.ts';
import { fixturePath } from '../fixtures.ts';
import { type FloatBuilder, graphOf } from '../passes/run-pass.ts';
import { makeFolder, makeProject, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

const large = graphOf((b: FloatBuilder) => [b.dense('y', b.in('x', 1, 64), 16)]);
const small = graphOf((b: FloatBuilder) => [b.dense('y', b.in('x', 1, 6), 4)]);

let folder = '';
beforeEach(() => {
  folder = makeFolder();
  writeFileSync(join(folder, 'large.tflite'), writeTflite(large));
  writeFileSync(join(folder, 'small.tflite'), writeTflite(small));
});

const run = (...argv: string[]) => runMain(folder, argv);

describe.each([
  ['--float16', 'does not unpack float16', 'It does not unpack float16 weights', 0.6],
  [
    '--dynamic-range',
    'does not multiply floats by int8 weights',
    'It does not multiply float32 by integer weights',
    0.4,
  ],
] as const)('%s', (flag, said, refusal, share) => {
  const converted = (...flags: string[]) =>
    run('convert', 'large.tflite', flag, ...flags, '-o', 'out.tflite');

  it('says in one line for whom the file is', async () => {
    const { code, stderr } = await converted();
    expect(stderr).toBe(
      `warning out.tflite is for TensorFlow Lite on desktops and phones; TensorFlow Lite Micro ${said}. For a microcontroller, convert with --int8 or --float.\n`,
    );
    expect(code).toBe(0);
    const bytes = (name: string): number => readFileSync(join(folder, name)).length;
    expect(bytes('out.tflite') / bytes('large.tflite')).toBeLessThan(share);
  });

  it('makes what inspect marks, check and predict refuse, and export-c warns of, each with a cure that works', async () => {
    await converted();
    const inspected = await run('inspect', 'out.tflite');
    expect(inspected.stdout).toContain(refusal);
    expect(inspected.stdout).toContain('"tinyml convert" makes float32 weights of them');
    const checked = await run('check', 'out.tflite', '--ops-for', 'tflm');
    expect(checked.stdout + checked.stderr).toContain(refusal);
    expect(checked.code).toBe(EXIT_CODES.mismatch);
    const cure = '"tinyml convert MODEL --float -o float.tflite"';
    const predicted = await run('predict', 'out.tflite', '--value', '1');
    expect(predicted.stderr).toContain(cure);
    expect(predicted.code).toBe(EXIT_CODES.unsupported);
    const array = await run('export-c', 'out.tflite', '-o', 'array');
    expect(array.stderr).toContain(refusal);
    expect(array.stderr).toContain(cure);
    const firmware = await run('export-c', 'out.tflite', '--tflm', 'firmware');
    expect(firmware.stderr).toContain(cure);
    expect(firmware.code).toBe(EXIT_CODES.unsupported);
    expect(existsSync(join(folder, 'firmware'))).toBe(false);
    expect((await run('convert', 'out.tflite', '--float', '-o', 'float.tflite')).stderr).toBe('');
    expect((await run('check', 'float.tflite', '--ops-for', 'tflm')).code).toBe(0);
  });

  it.each([['--int8'], ['--float'], ['--tflm-only'], ['--plan', 'offline']])(
    'does not go with %s',
    async (...other) => {
      const { code, stderr } = await converted(...other);
      expect(stderr).toContain(flag.slice(2));
      expect(code).toBe(EXIT_CODES.usage);
      expect(existsSync(join(folder, 'out.tflite'))).toBe(false);
    },
  );

  it('is for model files, and says how to make one of the project', async () => {
    folder = makeProject();
    const { code, stderr } = await run('convert', flag);
    expect(stderr).toContain(`${flag} needs a model file`);
    expect(stderr).toContain(
      `"tinyml convert --float -o model.tflite", then "tinyml convert model.tflite ${flag} …"`,
    );
    expect(code).toBe(EXIT_CODES.usage);
  });

  it('refuses a file that is int8 already', async () => {
    const { code, stderr } = await run(
      'convert',
      fixturePath('tflm', 'add_int8.tflite'),
      flag,
      '-o',
      'out.tflite',
    );
    expect(stderr).toContain('is quantized already');
    expect(code).toBe(EXIT_CODES.usage);
  });
});

it('--dynamic-range leaves a model without large weights as it is, and says so', async () => {
  const { code, stderr } = await run('convert', 'small.tflite', '--dynamic-range', '-o', 'out.tflite');
  expect(stderr).toContain('--dynamic-range changes nothing: no weights');
  expect(stderr).toContain('out.tflite is plain float32.');
  expect(code).toBe(0);
  expect((await run('check', 'out.tflite', '--ops-for', 'tflm')).code).toBe(0);
});

it('--dense-per-channel gives Dense layers a scale for each unit', async () => {
  const schemes = await Promise.all(
    ['--dense-per-channel', '--no-dense-per-channel'].map(async (flag) => {
      await run('convert', 'large.tflite', '--dynamic-range', flag, '-o', `out${flag}.tflite`);
      const graph = importTflite(readFileSync(join(folder, `out${flag}.tflite`)));
      const data = getValue(graph, graph.nodes[0].inputs[1] as number).data as Float32Array;
      const largest = Array.from({ length: 16 }, (_, unit) =>
        Math.max(...data.subarray(64 * unit, 64 * (unit + 1)).map(Math.abs)),
      );
      return new Set(largest).size;
    }),
  );
  const meant = large.nodes[0].inputs[1] as number;
  const data = getValue(large, meant).data as Float32Array;
  expect(data.length).toBe(1024);
  expect(schemes[0]).toBe(16);
  expect(schemes[1]).toBeLessThanOrEqual(16);
});

describe('flags that change nothing', () => {
  it.each([
    ['large.tflite', '--float', '--method', 'fast'],
    ['large.tflite', '--float', '--io', 'int8'],
    ['large.tflite', '--float16', '--library', 'chirale'],
    ['large.tflite', '--float16', '--dense-per-channel'],
  ])('%s %s: %s', async (model, type, flag, ...value) => {
    const { code, stderr } = await run('convert', model, type, flag, ...value, '-o', 'out.tflite');
    expect(stderr).toContain(`warning ${flag} changes nothing: the file stays float32`);
    expect(code).toBe(0);
  });

  it('--int8 of a model that computes in int16', async () => {
    const path = fixturePath('tflm', 'abs_int16.tflite');
    const { code, stderr } = await run('convert', path, '--int8', '-o', 'out.tflite');
    expect(stderr).toContain('--int8 changes nothing: ');
    expect(stderr).toContain('computes in int16, and keeps that');
    expect(code).toBe(0);
    expect((await run('convert', path, '-o', 'out.tflite')).stderr).toBe('');
  });

  it('--int8 of a model that computes in int8 is no such flag', async () => {
    const path = fixturePath('tflm', 'add_int8.tflite');
    expect((await run('convert', path, '--int8', '-o', 'out.tflite')).stderr).toBe('');
  });
});
