/** Model files that people published: what runs as it is runs the same once it is converted, and no hint leads in a circle. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { attempt } from '../../src/core/errors.ts';
import { createRandom } from '../../src/core/random.ts';
import { allocate, bytesOf, elementCount, type TensorType } from '../../src/core/tensor.ts';
import { npyPrologue } from '../../src/data/records/npy-layout.ts';
import { importTflite } from '../../src/formats/tflite/read.ts';
import { type Graph, getValue } from '../../src/ir/graph.ts';
import { readTflmModel } from '../../src/models/tflm-model.ts';
import { NO_SHARED, sharedPath } from '../shared.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

const faults = sharedPath('faults');
const files =
  faults === undefined
    ? ['none']
    : readdirSync(faults)
        .filter((folder) => folder.startsWith('field-'))
        .flatMap((folder) => readdirSync(join(faults, folder)).map((name) => join(faults, folder, name)))
        .filter((path) => path.endsWith('.tflite'));

/** Of these, what a chip runs as it is, and what a conversion mends; the others are refused. */
const RUN = [
  'acoustic_mlp_int8',
  'lstm_esp32',
  'mu_kws8',
  'mww_vad',
  'reshape_tensor',
  'sl_anomaly',
  'solar',
  'split_v_axis_neg',
  'tremain_anom',
  'ur_mnist_lstm_q',
];
const MENDED_INT8 = ['danchi_q'];
const MENDED_FLOAT = ['glove', 'handwriting_q', 'mu_mnist_q'];

const RECORDS = 3;

function randomRecord({ dtype, shape }: TensorType, seed: number): Uint8Array {
  const random = createRandom(seed, 'field');
  const data = allocate(dtype, elementCount(shape));
  if (data instanceof Float32Array) return bytesOf(data.map(() => 20 * random.normal()));
  return bytesOf(data).map(() => random.below(256));
}

/** Raw records of a model, and the same real numbers as a .npy file. */
function writeInputs(folder: string, graph: Graph): void {
  const types = graph.inputs.map((id) => getValue(graph, id).type);
  const records = Array.from({ length: RECORDS }, (_, seed) => types.map((type) => randomRecord(type, seed)));
  writeFileSync(join(folder, 'in.raw'), Buffer.concat(records.flat()));
  const [{ dtype, shape }] = types;
  if (dtype !== 'float32') return;
  writeFileSync(
    join(folder, 'x.npy'),
    Buffer.concat([npyPrologue('float32', [RECORDS, ...shape.slice(1)]), ...records.flat()]),
  );
}

async function predictRaw(folder: string, model: string, into: string): Promise<number> {
  const { code } = await runMain(folder, ['predict', model, '--raw-input', 'in.raw', '--raw-output', into]);
  return code;
}

describe.skipIf(faults === undefined)(`models from the field (${NO_SHARED})`, () => {
  const named = (names: readonly string[]): string[] =>
    files.filter((path) => names.includes(basename(path, '.tflite')));

  it('are all there', () => {
    expect(named([...RUN, ...MENDED_INT8, ...MENDED_FLOAT])).toHaveLength(
      RUN.length + MENDED_INT8.length + MENDED_FLOAT.length,
    );
  });

  it.each(named(RUN))('%s gives the same bytes when it is converted', async (path) => {
    const folder = makeFolder();
    writeInputs(folder, readTflmModel(readFileSync(path)).graph);
    expect(await predictRaw(folder, path, 'before.raw')).toBe(0);
    expect((await runMain(folder, ['convert', path, '-o', 'converted.tflite'])).code).toBe(0);
    expect(await predictRaw(folder, 'converted.tflite', 'after.raw')).toBe(0);
    const before = readFileSync(join(folder, 'before.raw'));
    expect(before.length).toBeGreaterThan(0);
    expect(readFileSync(join(folder, 'after.raw')).equals(before)).toBe(true);
  });

  it.each(named(MENDED_INT8))('%s is refused with a hint that works', async (path) => {
    const folder = makeFolder();
    const { code, stderr } = await runMain(folder, ['predict', path, '--value', '1']);
    expect(code).toBe(4);
    expect(stderr).toContain('tinyml convert MODEL -o mended.tflite');
    writeInputs(folder, importTflite(readFileSync(path)));
    expect((await runMain(folder, ['convert', path, '-o', 'mended.tflite'])).code).toBe(0);
    expect(await predictRaw(folder, 'mended.tflite', 'after.raw')).toBe(0);
  });

  it.each(named(MENDED_FLOAT))('%s becomes float and int8, as the hint says', async (path) => {
    const folder = makeFolder();
    const { code, stderr } = await runMain(folder, ['predict', path, '--value', '1']);
    expect(code).toBe(4);
    expect(stderr).toContain('tinyml convert MODEL --float -o float.tflite');
    writeInputs(folder, importTflite(readFileSync(path)));
    for (const form of [['--float'], ['--int8', '--calibration', 'x.npy']]) {
      expect((await runMain(folder, ['convert', path, ...form, '-o', 'mended.tflite'])).code).toBe(0);
      const predicted = await runMain(folder, ['predict', 'mended.tflite', '--input', 'x.npy']);
      expect([predicted.code, predicted.stdout.trim().split('\n').length]).toEqual([0, RECORDS]);
    }
  });

  const known = new Set(named([...RUN, ...MENDED_INT8, ...MENDED_FLOAT]));
  it.each(files.filter((path) => !known.has(path)))(
    '%s is refused alike by predict and convert',
    async (path) => {
      const folder = makeFolder();
      expect(attempt(() => readTflmModel(readFileSync(path)))).toHaveProperty('refusal');
      for (const argv of [
        ['predict', path, '--value', '1'],
        ['convert', path, '-o', 'out.tflite'],
      ]) {
        const { code, stderr } = await runMain(folder, argv);
        expect(code).toBe(4);
        expect(stderr).not.toContain('tinyml convert');
      }
    },
  );
});
