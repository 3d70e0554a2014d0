import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { resourceOperators } from '../formats/tflite/recurrent-models.ts';
import { makeFolder, makeProject, removeFolders, runMain } from './run-main.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/tflm/${name}.tflite`, import.meta.url));

afterAll(removeFolders);

interface ExportJson {
  readonly arenaBytes: number;
  readonly written: readonly string[];
}

async function exported(folder: string, ...argv: string[]): Promise<ExportJson> {
  const { code, stdout, stderr } = await runMain(folder, ['export-c', ...argv, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as ExportJson;
}

async function refusal(folder: string, ...argv: string[]): Promise<{ code: number; stderr: string }> {
  const { code, stdout, stderr } = await runMain(folder, ['export-c', ...argv]);
  expect(stdout).toBe('');
  return { code, stderr };
}

function read(folder: string, path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

describe('tinyml export-c MODEL --arduino', () => {
  it('writes a sketch named after its folder, the same twice', async () => {
    const folder = makeFolder();
    const { arenaBytes, written } = await exported(
      folder,
      fixture('fc_batch4_per_tensor_relu'),
      '--arduino',
      'boards/sine',
    );
    expect(written[0]).toBe('boards/sine/sine.ino');
    for (const path of written) expect(existsSync(join(folder, path)), path).toBe(true);
    expect(read(folder, 'boards/sine/model_settings.h')).toContain(`kTensorArenaSize = ${arenaBytes};`);
    const before = written.map((path) => read(folder, path));
    const again = await exported(folder, fixture('fc_batch4_per_tensor_relu'), '--arduino', 'boards/sine');
    expect(again.written.map((path) => read(folder, path))).toEqual(before);
  });

  it('keeps an edited sketch, refuses another edited file, and loses neither unasked', async () => {
    const folder = makeFolder();
    const argv = [fixture('fc_batch4_per_tensor_relu'), '--arduino', 'sine'];
    await exported(folder, ...argv);
    writeFileSync(join(folder, 'sine/sine.ino'), 'mine');
    const other = await runMain(folder, ['export-c', fixture('x_sm0_0'), '--arduino', 'sine']);
    expect(other.code).toBe(0);
    expect(other.stderr).toContain('Kept sine/sine.ino, which was edited; --force replaces it.');
    expect(other.stdout).not.toContain('sine.ino');
    expect(read(folder, 'sine/sine.ino')).toBe('mine');
    expect(read(folder, 'sine/op_resolver.h')).toContain('AddSoftmax');

    writeFileSync(join(folder, 'sine/model_io.h'), 'also mine');
    const { code, stderr } = await refusal(folder, ...argv);
    expect(code).toBe(2);
    expect(stderr).toContain('sine/model_io.h: changed since tinyml wrote it');
    expect(read(folder, 'sine/model_io.h')).toBe('also mine');
    expect(read(folder, 'sine/op_resolver.h')).toContain('AddSoftmax');

    await exported(folder, ...argv, '--force');
    expect(read(folder, 'sine/sine.ino')).toContain('void setup()');
    expect(read(folder, 'sine/model_io.h')).toContain('quantize_input');
  });

  it('tells when a sketch that is kept includes another library than the new one', async () => {
    const folder = makeFolder();
    const argv = ['export-c', fixture('fc_batch4_per_tensor_relu'), '--arduino', 'sine', '--library'];
    await runMain(folder, [...argv, 'chirale']);
    const path = join(folder, 'sine/sine.ino');
    writeFileSync(path, `${readFileSync(path, 'utf8')}// mine\n`);
    expect((await runMain(folder, [...argv, 'chirale'])).stderr).not.toContain('still includes');
    const { code, stderr } = await runMain(folder, [...argv, 'arduino-tflm']);
    expect(code).toBe(0);
    expect(stderr).toContain('sine/sine.ino still includes <Chirale_TensorFlowLite.h>');
    expect(stderr).toContain('include <TensorFlowLite.h> instead.');
  });

  it("takes nothing for its own that it did not write, and keeps strangers' files", async () => {
    const folder = makeProject();
    await exported(folder, fixture('fc_batch4_per_tensor_relu'), '--arduino', 'sine');
    writeFileSync(join(folder, 'sine/tinyml-export.json'), '{"files": 7');
    writeFileSync(join(folder, 'sine/notes.txt'), 'notes');
    writeFileSync(join(folder, 'sine/old.ino'), 'void setup() {}');
    const { code } = await refusal(folder, fixture('x_sm0_0'), '--arduino', 'sine');
    expect(code).toBe(2);
    const again = await runMain(folder, [
      'export-c',
      fixture('fc_batch4_per_tensor_relu'),
      '--arduino',
      'sine',
    ]);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('sine/old.ino');
    expect(read(folder, 'sine/notes.txt')).toBe('notes');
  });

  it.each([
    ['a folder that is no sketch', ['--arduino', 'my sketch'], 2, 'my sketch'],
    ['both layouts', ['--arduino', 'a', '--tflm', 'b'], 2, 'Give one of'],
    ['a layout and a style', ['--arduino', 'a', '--style', 'tflm'], 2, 'Give one of'],
    ['a library for --tflm', ['--tflm', 'a', '--library', 'chirale'], 2, '--library goes with --arduino'],
    ['labels without firmware', ['--labels', 'a,b'], 2, 'need --arduino, --tflm or --standalone'],
    ['too few labels', ['--arduino', 'a', '--labels', 'x,y,z,w'], 2, '4 labels'],
    ['hostile labels', ['--arduino', 'a', '--labels', 'x,y\n#error'], 2, 'one line'],
    ['a taken name', ['--arduino', 'a', '--name', 'setup'], 2, 'something else'],
  ])('refuses %s', async (_, flags, exit, words) => {
    const folder = makeFolder();
    const { code, stderr } = await refusal(folder, fixture('fc_batch4_per_tensor_relu'), ...flags);
    expect(code).toBe(exit);
    expect(stderr).toContain(words);
    expect(existsSync(join(folder, 'a'))).toBe(false);
  });

  it('refuses what the library lacks or computes otherwise, and takes it for TFLM', async () => {
    const folder = makeFolder();
    const lacks = await refusal(folder, fixture('reduce_min_axis1'), '--arduino', 'a');
    expect(lacks.code).toBe(4);
    expect(lacks.stderr).toContain('chirale has no operator REDUCE_MIN');
    const otherwise = await refusal(folder, fixture('fc_int8_per_channel'), '--arduino', 'a');
    expect(otherwise.code).toBe(4);
    expect(otherwise.stderr).toContain('FULLY_CONNECTED');
    await exported(folder, fixture('reduce_min_axis1'), '--tflm', 'b');
    expect(read(folder, 'b/op_resolver.h')).toContain('AddReduceMin');
  });

  it('makes room for resource variables, and C without an interpreter keeps them in a struct', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'state.tflite'), writeTflite(resourceOperators()));
    await exported(folder, 'state.tflite', '--tflm', 'a');
    expect(read(folder, 'a/open_model.cc')).toContain(
      'tflite::MicroResourceVariables::Create(allocator, kResourceVariableCount)',
    );
    expect(read(folder, 'a/model_settings.h')).toContain('kResourceVariableCount = 2;');
    await exported(folder, 'state.tflite', '--standalone', 'c');
    expect(read(folder, 'c/model.h')).toContain('struct model_state');
  });

  it('takes as many vectors as asked for', async () => {
    const folder = makeFolder();
    await exported(folder, fixture('fc_batch4_per_tensor_relu'), '--tflm', 'a', '--vectors', '3');
    expect(read(folder, 'a/golden_vectors.h')).toContain('kVectorCount = 3;');
    expect(
      (await refusal(folder, fixture('fc_batch4_per_tensor_relu'), '--tflm', 'b', '--vectors', '0')).code,
    ).toBe(2);
  });
});

/** A classifier with normalized inputs that trains in seconds. */
const MOTION = {
  seed: 2,
  dataset: { source: 'motion', samples: 120, normalization: 'standard' },
  model: {
    layers: [{ type: 'Flatten' }, { type: 'Dense', units: 4, activation: 'softmax' }],
  },
  training: { epochs: 2, loss: 'categoricalCrossentropy' },
  quantization: { samples: 20 },
};

describe("tinyml export-c --arduino, the project's model", () => {
  it('has the classes, the normalization and records of the test split', async () => {
    const folder = makeProject(MOTION);
    const { code, stdout } = await runMain(folder, ['export-c', '--arduino', 'motion', '--json']);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as ExportJson).written).toContain('motion/motion.ino');
    const settings = read(folder, 'motion/model_settings.h');
    expect(settings.match(/^ {4}"\w+",$/gm)).toEqual(
      ['idle', 'shake', 'clockwise', 'counterclockwise'].map((label) => `    "${label}",`),
    );
    expect(settings).toContain('constexpr int kNormalizationChannels = 3;');
    expect(read(folder, 'motion/golden_vectors.h')).toContain('spread evenly over the 24 records');
    expect(read(folder, 'motion/motion.ino')).toContain(
      'quantize_input(normalize_input(read_input(sample, i), i))',
    );

    // The array alone is exported as before.
    const array = await runMain(folder, ['export-c', '--json']);
    expect((JSON.parse(array.stdout) as ExportJson).written).toEqual([
      'export/model_data.cc',
      'export/model_data.h',
    ]);
  });
});
