/** Inputs that are files: a table names a recording, a picture and a series in each row. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/artifacts/memory-store.ts';
import { applyPreparation, parsePreparation } from '../../src/data/preparing/preparation.ts';
import { encodeWav } from '../../src/data/sources/wav/encode-wav.ts';
import { type ProjectInput, parseProject } from '../../src/stages/config.ts';
import { Pipeline } from '../../src/stages/pipeline.ts';
import { runOnCortexM4 } from '../cross/compile.ts';
import { missingCortexM4 } from '../cross/probe.ts';
import { filesOf } from '../stages/text-files.ts';
import { DATASET, INPUTS, PROJECT, pumpFiles, pumpProject, RATE } from './attached-files.ts';
import { artifact, done } from './project-run.ts';
import { removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

describe('a project of recordings, pictures, series and columns', () => {
  const folder = pumpProject();
  const text = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');

  beforeAll(async () => {
    await done(folder, 'run');
    await done(folder, 'export-c', '--standalone', 'c');
    writeFileSync(join(folder, 'model.tflite'), artifact(folder, 'convert', 'model.tflite'));
  });

  it('learns from all of them, and its model has each by name', async () => {
    const { converted } = JSON.parse(await done(folder, 'evaluate', '--json'));
    expect(converted.accuracy).toBeGreaterThan(0.9);
    const inspected = await done(folder, 'inspect', 'model.tflite');
    expect(inspected).toMatch(/^input {3}hum {2}int8 \[1, 6, 8\]/m);
    expect(inspected).toMatch(/^input {3}lamp {2}int8 \[1, 6, 6, 1\]/m);
    expect(inspected).toContain('lamp [6, 6, 1]: affine; shake [12, 2]: affine; known [2]: one-hot, affine');
  });

  it('measures other tables, and predicts of readings, as it reads its own', async () => {
    const table = ['--input', 'pumps/pumps.csv', '--json'];
    const project = JSON.parse(await done(folder, 'evaluate', ...table));
    const model = JSON.parse(await done(folder, 'evaluate', 'model.tflite', ...table));
    expect(model.converted.accuracy).toBe(project.converted.accuracy);
    const { inputs } = JSON.parse(await done(folder, 'predict', 'model.tflite', '--measured', ...table));
    const [, , , load, site] = text('pumps', 'pumps.csv').split('\n')[8].split(',');
    const wav = readFileSync(join(folder, 'pumps/sound/007.wav'));
    const sound = Array.from({ length: RATE / 4 }, (_, i) => wav.readInt16LE(44 + 2 * i) / 32768);
    const photo = pumpFiles(8, '.')['./photo/007.png'];
    expect(Buffer.from(photo)).toEqual(readFileSync(join(folder, 'pumps/photo/007.png')));
    const series = text('pumps', 'shake', '007.csv').split('\n').slice(1, 13);
    const shake = series.flatMap((line) => line.split(',').slice(1).map(Number));
    const known = [Number(load), ['roof', 'cellar'].indexOf(site)];
    // The picture's numbers are in their own test; here only that they stand in their place.
    const measured = Float32Array.from([...sound, ...new Array<number>(36).fill(0), ...shake, ...known]);
    const prepared = new Float32Array(48 + 36 + 24 + 3);
    applyPreparation(parsePreparation(artifact(folder, 'dataset', 'preparation.json')))(
      measured,
      1,
      prepared,
    );
    const given = [...inputs[7].hum, ...inputs[7].lamp, ...inputs[7].shake, ...inputs[7].known].map(
      Math.fround,
    );
    expect(given.toSpliced(48, 36)).toEqual([...prepared].toSpliced(48, 36));
  });

  it('makes again what an edited file is in, and nothing without', async () => {
    const state = async () => (await done(folder, 'run')).match(/^dataset +(up to date|made)/m)?.[1];
    expect(await state()).toBe('up to date');
    writeFileSync(join(folder, 'pumps/sound/other.wav'), encodeWav([0, 0], RATE));
    expect(await state()).toBe('up to date');
    const path = join(folder, 'pumps/sound/003.wav');
    const own = readFileSync(path);
    writeFileSync(path, encodeWav(new Float64Array(RATE / 4), RATE));
    expect(await state()).toBe('made');
    writeFileSync(path, own);
    expect(await state()).toBe('made');
  });

  it('shows them in its report, and writes over none of them', async () => {
    await done(folder, 'report', '-o', 'report.html');
    const page = text('report.html');
    expect(page).toContain('hum [6, 8], lamp [6, 6, 1], shake [12, 2], known [3]');
    expect(page).toContain('Samples of the input lamp');
    expect(page).toContain('The input shake of the same samples');
    const { code, stderr } = await runMain(folder, ['report', '-o', 'pumps/photo/007.png']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('is data of the project')]);
  });

  it('is divided into folds', async () => {
    const { folds } = JSON.parse(await done(folder, 'evaluate', '--folds', '2', '--json'));
    expect(folds).toHaveLength(2);
  });

  it('gives the same bytes in memory, on one thread', async () => {
    const config = parseProject(PROJECT as unknown as ProjectInput);
    const store = memoryStore();
    const pipeline = new Pipeline({ config, store, listFiles: filesOf(pumpFiles(60)) });
    const { artifact: convert } = await pipeline.run('convert');
    expect(Buffer.from(convert.read('model.tflite'))).toEqual(artifact(folder, 'convert', 'model.tflite'));
  });

  const noCortexM4 = missingCortexM4();
  it.skipIf(noCortexM4 !== '')(`passes its self-test on a chip ${noCortexM4}`, () => {
    const names = readdirSync(join(folder, 'c'));
    const { stdout, stderr, exitCode } = runOnCortexM4(
      Object.fromEntries(names.map((name) => [name, text('c', name)])),
      { strict: true },
    );
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout).toMatch(/^tinyml-self-test PASS /);
    expect(stdout).toMatch(/^sample 0: (fine|worn): /m);
  });

  it.each(['--arduino', '--tflm'])('%s has what prepares each input', async (layout) => {
    await done(folder, 'convert', '--library', 'chirale');
    await done(folder, 'export-c', layout, layout.slice(2));
    const header = text(layout.slice(2), 'prepare_input.h');
    for (const [name, length] of [
      ['Hum', 1000],
      ['Lamp', 36],
      ['Shake', 24],
      ['Known', 2],
    ])
      expect(header).toContain(`constexpr int kReadingLength${name} = ${length};`);
    expect(header).toContain('void prepare_input_lamp(float* values);');
  });
});

describe('a table of recordings alone', () => {
  const alone = {
    dataset: { ...DATASET, inputs: [INPUTS[0]] },
    model: { architecture: 'conv1d', filters: [4] },
  };

  it('is a project of one input: architectures, augmentation and compression are there', async () => {
    const training = {
      epochs: 4,
      augment: [{ type: 'noise' }],
      compress: [{ method: 'prune', sparsity: 0.5 }],
    };
    const folder = pumpProject({ ...alone, training }, pumpFiles(40));
    await done(folder, 'run');
    const preparation = parsePreparation(artifact(folder, 'dataset', 'preparation.json'));
    expect([preparation.inputShape, preparation.inputs]).toEqual([[1000, 1], undefined]);
    expect(await done(folder, 'evaluate', '--input', 'pumps/pumps.csv')).toMatch(/^worn +20 /m);
  });

  it('is searched', async () => {
    const folder = pumpProject({ ...alone, training: { epochs: 2 } }, pumpFiles(24));
    const found = await done(folder, 'search', '--fit', 'ram=32k,flash=32k', '--trials', '2', '--jobs', '1');
    expect(found).toContain('validation');
  });
});

describe('what inputs of files cannot be', () => {
  const [hum, lamp, shake, known] = INPUTS;
  const files = pumpFiles(10);

  it.each<[string, object, string]>([
    ['two of one column', { inputs: [hum, { ...hum, name: 'again' }] }, 'two of them read the column "clip"'],
    ['a column that groups, too', { group: 'clip' }, 'dataset.group: it is the column that names the files'],
    ['a column that is learned', { target: 'clip' }, 'dataset.target: it is the column that names the files'],
    [
      'of no length',
      { inputs: [{ ...shake, length: undefined }, known] },
      'dataset.inputs[0].length is missing',
    ],
    [
      'of a size that files decide',
      { inputs: [{ ...lamp, format: { width: 6, height: 6 } }, known] },
      'dataset.inputs[0].format.channels is missing',
    ],
    [
      'of another rate than their steps',
      { inputs: [{ ...hum, format: { rate: 8000, seconds: 0.25 } }, known] },
      'dataset.inputs[0].prepare[0].rate: the samples that reach this step have 8000 readings',
    ],
    [
      'of more than any memory',
      { inputs: [{ ...hum, format: { rate: 384_000, seconds: 3600 }, prepare: [] }, known] },
      'the files of a row have 1382400000 values, and 16777216 are the most',
    ],
    ['columns alone', { inputs: [known] }, 'one input of columns is "features" and "prepare" of the dataset'],
    ['files that are not there', { inputs: [{ ...hum, column: 'clap' }, known] }, 'no column "clap"'],
  ])('%s', async (_, dataset, message) => {
    const folder = pumpProject({ dataset: { ...DATASET, ...dataset } }, files);
    const { code, stderr } = await runMain(folder, ['dataset']);
    expect([code, stderr]).toEqual([3, expect.stringContaining(message)]);
  });

  it('cut into windows longer than the table', async () => {
    const folder = pumpProject({ dataset: { ...DATASET, window: { length: 500, stride: 1 } } }, files);
    const { code, stderr } = await runMain(folder, ['dataset']);
    expect([code, stderr]).toEqual([3, expect.stringContaining('A file that a row names is one sample')]);
  });

  it('measured on a recording in the place of a table', async () => {
    const folder = pumpProject({}, files);
    const { code, stderr } = await runMain(folder, ['evaluate', '--input', 'pumps/sound/001.wav']);
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining('pumps/sound/001.wav is read as wav, and the project reads csv'),
    ]);
  });

  it('heard as a stream', async () => {
    const folder = pumpProject(
      { dataset: { ...DATASET, inputs: [hum] }, model: { architecture: 'conv1d' }, stream: {} },
      files,
    );
    const { code, stderr } = await runMain(folder, ['train']);
    expect([code, stderr]).toEqual([3, expect.stringContaining('"clip" names are samples as a whole')]);
  });

  it('without a file that a row names, unless so many may be left out', async () => {
    const { 'pumps/sound/003.wav': _, ...others } = files;
    const [strict, lenient] = [0, 1].map((skipBad) =>
      pumpProject({ dataset: { ...DATASET, skipBad } }, others),
    );
    const { code, stderr } = await runMain(strict, ['dataset']);
    const sentence = 'pumps.csv: row 4, column "clip": there is no file pumps/sound/003.wav';
    expect([code, stderr]).toEqual([3, expect.stringContaining(sentence)]);
    const left = await runMain(lenient, ['dataset']);
    expect([left.code, left.stderr]).toEqual([0, expect.stringContaining(sentence)]);
  });
});
