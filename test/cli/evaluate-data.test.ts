/** `tinyml evaluate [MODEL] --input PATH`: the scores of a model on data that are given. */

import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNpy } from '../../src/data/records/npy.ts';
import { artifactPath } from './project-run.ts';
import { removeFolders, runMain } from './run-main.ts';
import { makeFiles, makeTableProject, tableOf } from './table-projects.ts';

afterAll(removeFolders);

type Scores = Readonly<Record<string, number>> & { readonly type?: string; readonly confusion: number[][] };

interface Measured {
  readonly task: string;
  readonly samples: number;
  readonly dropped: number;
  readonly model: { readonly bytes: number };
  readonly classes?: readonly string[];
  readonly float?: Scores;
  readonly converted?: Scores;
}

async function measured(folder: string, ...argv: string[]): Promise<Measured> {
  const { code, stdout, stderr } = await runMain(folder, ['evaluate', ...argv, '--json']);
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')]);
  return JSON.parse(stdout) as Measured;
}

/** What `tinyml predict` makes of rows of plain numbers. */
async function predict(
  folder: string,
  model: string,
  rows: readonly (readonly number[])[],
): Promise<number[]> {
  writeFileSync(join(folder, 'rows.json'), JSON.stringify(rows));
  const { stdout } = await runMain(folder, ['predict', model, '--input', 'rows.json', '--json']);
  return (JSON.parse(stdout) as { outputs: number[][] }).outputs.flat();
}

/** The rows behind the 200 that the project has. */
const news = (task: Parameters<typeof tableOf>[0]): string => {
  const [header, ...rows] = tableOf(task, 260).trim().split('\n');
  return `${[header, ...rows.slice(200)].join('\n')}\n`;
};

const cells = (csv: string): string[][] =>
  csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));

/** By the artifact's own numbers: one subtraction and one multiplication in float32. */
function prepared(folder: string, rows: readonly string[][]): number[][] {
  const { steps } = JSON.parse(readFileSync(artifactPath(folder, 'dataset', 'preparation.json'), 'utf8')) as {
    steps: { parameters: { offset: number[]; scale: number[] } }[];
  };
  const [{ parameters }] = steps;
  return rows.map((row) =>
    row
      .slice(0, 3)
      .map((cell, i) =>
        Math.fround(
          Math.fround(Math.fround(Number(cell)) - Math.fround(parameters.offset[i])) *
            Math.fround(parameters.scale[i]),
        ),
      ),
  );
}

describe('in a project', () => {
  const folders: Record<'regression' | 'classification' | 'anomaly', string> = {
    regression: makeTableProject('regression'),
    classification: makeTableProject('classification'),
    anomaly: makeTableProject('anomaly'),
  };
  beforeAll(async () => {
    for (const [task, folder] of Object.entries(folders)) {
      writeFileSync(join(folder, 'new.csv'), news(task as keyof typeof folders));
      expect((await runMain(folder, ['convert', '-o', 'm.tflite'])).code).toBe(0);
    }
  });

  it('a regression is what predicting prepared rows gives', async () => {
    const folder = folders.regression;
    const rows = cells(news('regression'));
    const outputs = await predict(folder, 'm.tflite', prepared(folder, rows));
    const errors = outputs.map((output, i) => output - Math.fround(Number(rows[i][3])));
    const { converted, float, samples, model } = await measured(folder, 'm.tflite', '--input', 'new.csv');
    expect([samples, float, model.bytes]).toEqual([
      60,
      undefined,
      readFileSync(join(folder, 'm.tflite')).length,
    ]);
    expect(converted).toMatchObject({ type: 'int8' });
    expect(converted?.mae).toBeCloseTo(errors.reduce((sum, error) => sum + Math.abs(error), 0) / 60, 6);
    expect(converted?.mse).toBeCloseTo(errors.reduce((sum, error) => sum + error * error, 0) / 60, 6);
  });

  it('a classification too, with the classes of the project, of which the data may lack some', async () => {
    const folder = folders.classification;
    const rows = cells(news('classification'));
    const outputs = await predict(folder, 'm.tflite', prepared(folder, rows));
    const right = outputs.filter((output, i) => (output > 0.5 ? 'low' : 'high') === rows[i][3]).length;
    const { converted, classes } = await measured(folder, 'm.tflite', '--input', 'new.csv');
    expect(classes).toEqual(['high', 'low']);
    expect(converted?.accuracy).toBeCloseTo(right / 60, 12);
    const low = rows.filter(([, , , y]) => y === 'low');
    writeFileSync(join(folder, 'low.csv'), `a,b,c,y\n${low.map((row) => row.join(',')).join('\n')}\n`);
    const one = await measured(folder, 'm.tflite', '--input', 'low.csv');
    expect(one.converted?.confusion[0]).toEqual([0, 0]);
    expect(one.converted?.confusion[1][0] as number).toBe(
      low.length - (one.converted?.confusion[1][1] as number),
    );
    expect(one.converted?.auc).toBeUndefined();
  });

  it('says that a model was trained on the data where they are those of the project, whatever the file is called', async () => {
    const folder = folders.regression;
    const { dataset } = JSON.parse(readFileSync(join(folder, 'tinyml.config.json'), 'utf8'));
    copyFileSync(join(folder, dataset.path), join(folder, 'copy.csv'));
    const said = async (path: string) => (await runMain(folder, ['evaluate', '--input', path])).stderr;
    expect(await said('copy.csv')).toMatch(
      /^warning copy\.csv holds what the project was made of, .*not seen\.$/m,
    );
    const text = readFileSync(join(folder, 'copy.csv'), 'utf8');
    writeFileSync(
      join(folder, 'copy.csv'),
      text.replace(/\d\n$/, (digit) => `${(Number(digit) + 1) % 10}\n`),
    );
    expect(await said('copy.csv')).not.toContain('made of');
    expect(await said('new.csv')).not.toContain('made of');
  });

  it.skipIf(process.platform === 'win32')('what comes through a pipe is read once', async () => {
    const folder = folders.regression;
    const piped = async (path: string) => {
      execFileSync('mkfifo', [join(folder, path)]);
      spawn('sh', ['-c', `cat new.csv > ${path}`], { cwd: folder, stdio: 'ignore' });
      return measured(folder, '--input', path);
    };
    expect({ ...(await piped('new.fifo')), input: 'new.csv' }).toEqual(
      await measured(folder, '--input', 'new.csv'),
    );
  });

  it('an anomaly detector has the threshold of the project', async () => {
    const folder = folders.anomaly;
    await runMain(folder, ['evaluate']);
    const own = JSON.parse(
      readFileSync(artifactPath(folder, 'evaluate', 'evaluation.json'), 'utf8'),
    ) as Measured;
    const { converted, samples } = await measured(folder, 'm.tflite', '--input', 'new.csv');
    expect([samples, converted?.threshold]).toEqual([60, own.converted?.threshold]);
    const { confusion } = converted as Scores;
    expect(confusion.flat().reduce((a, b) => a + b)).toBe(60);
  });

  it.each(Object.keys(folders) as (keyof typeof folders)[])(
    'without a model, a %s is measured as it is, in both forms, and as the file is',
    async (task) => {
      const folder = folders[task];
      const both = await measured(folder, '--input', 'new.csv');
      const alone = await measured(folder, 'm.tflite', '--input', 'new.csv');
      expect(both.converted).toEqual(alone.converted);
      expect(Object.keys(both.float as Scores)).toEqual(
        Object.keys(both.converted as Scores).filter((name) => name !== 'type'),
      );
      expect(readdirSync(join(folder, 'artifacts')).filter((name) => name.startsWith('.'))).toEqual([]);
    },
  );

  it('columns may stand in another order, and rows with something missing are counted', async () => {
    const folder = folders.regression;
    const rows = cells(news('regression'));
    const turned = rows.map(([a, b, c, y]) => [y, c, 'x', b, a].join(','));
    writeFileSync(join(folder, 'turned.csv'), `y,c,more,b,a\n${turned.join('\n')}\n1,,x,2,3\n`);
    const { converted, dropped } = await measured(folder, 'm.tflite', '--input', 'turned.csv');
    expect(dropped).toBe(1);
    expect(converted).toEqual((await measured(folder, 'm.tflite', '--input', 'new.csv')).converted);
  });

  it.each<[string, string, readonly string[], number, string]>([
    ['an unknown class', 'a,b,c,y\n1,2,3,middle\n', ['--input', 'bad.csv'], 3, '"middle", which the project'],
    ['a missing column', 'a,b,y\n1,2,low\n', ['--input', 'bad.csv'], 3, 'no column "c"'],
    ['another target', 'a,b,c,z\n1,2,3,low\n', ['--input', 'bad.csv'], 3, 'no column "y"'],
    ['a task of its own', '', ['--input', 'new.csv', '--task', 'regression'], 2, '--task: the project says'],
    ['folds of other data', '', ['--input', 'new.csv', '--folds', '3'], 2, '--folds'],
    ['a target without data', '', ['--target', 'y'], 2, '--target goes with --input'],
    ['a file that is not there', '', ['--input', 'no.csv'], 3, 'no.csv'],
  ])('%s is a sentence', async (_, text, flags, exit, sentence) => {
    const folder = folders.classification;
    writeFileSync(join(folder, 'bad.csv'), text);
    const { code, stderr } = await runMain(folder, ['evaluate', ...flags]);
    expect([code, stderr]).toEqual([exit, expect.stringContaining(sentence)]);
  });

  it('a model file is measured with the dataset that is there, of whatever data it was made; without one it is made first', async () => {
    const folder = makeTableProject('regression');
    writeFileSync(join(folder, 'new.csv'), news('regression'));
    expect((await runMain(folder, ['convert', '-o', 'm.tflite'])).code).toBe(0);
    const before = await measured(folder, 'm.tflite', '--input', 'new.csv');
    const versions = () => readdirSync(join(folder, 'artifacts', 'dataset')).sort();
    const made = versions();
    const table = readFileSync(join(folder, 'table.csv'), 'utf8');
    writeFileSync(join(folder, 'table.csv'), `${table}50,50,50,150\n`);
    expect(await measured(folder, 'm.tflite', '--input', 'new.csv')).toEqual(before);
    expect(versions()).toEqual(made);
    writeFileSync(join(folder, 'table.csv'), table);
    rmSync(join(folder, 'artifacts'), { recursive: true });
    const { stderr, stdout } = await runMain(folder, [
      'evaluate',
      'm.tflite',
      '--input',
      'new.csv',
      '--json',
    ]);
    expect(stderr).toContain('new.csv is prepared as the dataset of this project, which is not there');
    expect(JSON.parse(stdout)).toEqual(before);
  });

  it('another name of the target is taken from the command line', async () => {
    const folder = folders.classification;
    writeFileSync(join(folder, 'named.csv'), news('classification').replace('a,b,c,y', 'a,b,c,truth'));
    const { converted } = await measured(folder, 'm.tflite', '--input', 'named.csv', '--target', 'truth');
    expect(converted).toEqual((await measured(folder, 'm.tflite', '--input', 'new.csv')).converted);
  });
});

it.each(['regression', 'classification', 'anomaly'] as const)(
  'own test data of a %s have the scores that evaluating the project gives',
  async (task) => {
    const project = makeTableProject(task);
    const config = JSON.parse(readFileSync(join(project, 'tinyml.config.json'), 'utf8')) as {
      dataset: { test: string };
    };
    config.dataset.test = 'new.csv';
    writeFileSync(join(project, 'tinyml.config.json'), JSON.stringify(config));
    writeFileSync(join(project, 'new.csv'), news(task));
    const own = await measured(project);
    const given = await measured(project, '--input', 'new.csv');
    expect([given.samples, given.float, given.converted]).toEqual([own.samples, own.float, own.converted]);
    expect(own.samples).toBe(60);
  },
);

it('categories are those of the training, whatever order a file has them in, and none where it saw none such', async () => {
  const rows = Array.from({ length: 120 }, (_, i) => [`${(i % 11) / 10}`, 'uvw'[i % 3], `${i % 3}`]);
  const text = (lines: readonly (readonly string[])[]) =>
    `a,kind,y\n${lines.map((line) => line.join(',')).join('\n')}\n`;
  const folder = makeFiles({
    'tinyml.config.json': JSON.stringify({
      dataset: { source: 'csv', path: 't.csv', target: 'y', task: 'regression' },
      model: { layers: [{ type: 'Dense', units: 1 }] },
      training: { epochs: 30, learningRate: 0.05 },
      quantization: { samples: 50 },
    }),
    't.csv': text(rows),
    'turned.csv': text(rows.toReversed()),
    'strange.csv': text(rows.map(([a, , y]) => [a, 'q', y])),
  });
  const given = await measured(folder, '--input', 't.csv');
  const turned = await measured(folder, '--input', 'turned.csv');
  expect(given.float?.mae).toBeLessThan(0.2);
  expect(turned.float?.mae).toBeCloseTo(given.float?.mae as number, 6);
  const strange = await measured(folder, '--input', 'strange.csv');
  expect(strange.float?.mae).toBeGreaterThan(0.4);
});

it('samples of another shape than the project was trained on are refused, though their number of values may do', async () => {
  const pictures = (shape: readonly [number, number]) =>
    zipSync({
      'x.npy': writeNpy(
        'float32',
        [60, ...shape],
        Float32Array.from({ length: 360 }, (_, i) => (i % 7) / 7),
      ),
      'y.npy': writeNpy(
        'float32',
        [60],
        Float32Array.from({ length: 60 }, (_, i) => i % 5),
      ),
    });
  const folder = makeFiles({
    'tinyml.config.json': JSON.stringify({
      dataset: { source: 'npz', path: 'own.npz', target: 'y', task: 'regression' },
      model: { layers: [{ type: 'Flatten' }, { type: 'Dense', units: 1 }] },
      training: { epochs: 1 },
      quantization: { samples: 20 },
    }),
  });
  writeFileSync(join(folder, 'own.npz'), pictures([2, 3]));
  writeFileSync(join(folder, 'turned.npz'), pictures([3, 2]));
  expect((await measured(folder, '--input', 'own.npz')).samples).toBe(60);
  const { code, stderr } = await runMain(folder, ['evaluate', '--input', 'turned.npz']);
  expect([code, stderr]).toEqual([3, expect.stringContaining('have the shape [3, 2], and those')]);
});

describe('without a project', () => {
  const folder = makeFiles({
    'raw.csv': 'a,b,c,y\n0.1,0.2,0.3,1\n-0.5,0.4,0.9,-2\n1,1,1,0.5\n',
    'signs.csv': `p,q,r,sign\n${Array.from({ length: 40 }, (_, i) => `${i / 20 - 1},${i % 3},1,${i % 2}`).join('\n')}\n`,
    'words.csv': `p,q,r,sign\n${Array.from({ length: 40 }, (_, i) => `${i / 20 - 1},${i % 3},1,${['no', 'ja'][i % 2]}`).join('\n')}\n`,
    'texts.csv': 'a,b,c,y\nred,2,3,4\nblue,2,3,4\n',
    'wide.csv': 'a,b,c,d,y\n1,2,3,4,5\n1,2,3,4,6\n',
    'rows.csv': `v,y\n${Array.from({ length: 9 }, (_, i) => `${i / 10},${i < 3 ? 1 : i < 6 ? 2 : 3}`).join('\n')}\n`,
    'noise.bin': '\u0000\u0001\u0002',
  });
  beforeAll(async () => {
    for (const task of ['regression', 'classification'] as const) {
      const project = makeTableProject(task);
      await runMain(project, ['convert', '-o', 'm.tflite']);
      copyFileSync(join(project, 'm.tflite'), join(folder, `${task}.tflite`));
    }
  });

  it('columns are taken as they are, and that is said', async () => {
    const rows = [
      [0.1, 0.2, 0.3],
      [-0.5, 0.4, 0.9],
      [1, 1, 1],
    ];
    const outputs = await predict(folder, 'regression.tflite', rows);
    const mae = [1, -2, 0.5].reduce((sum, y, i) => sum + Math.abs(outputs[i] - y), 0) / 3;
    const argv = ['evaluate', 'regression.tflite', '--input', 'raw.csv', '--target', 'y'];
    const { stderr, stdout } = await runMain(folder, [...argv, '--json']);
    expect(stderr).toContain('no project says how its samples are prepared');
    const { task, converted } = JSON.parse(stdout) as Measured;
    expect([task, converted?.mae]).toEqual(['regression', expect.closeTo(mae, 6)]);
    expect((await runMain(folder, argv)).stdout).toMatch(/^3 samples +int8\nMAE +[\d.]+\n/);
  });

  it('a sigmoid decides between 0 and 1, and between names in the order that is given', async () => {
    const signs = ['classification.tflite', '--input', 'signs.csv', '--target', 'sign'];
    const numbers = await measured(folder, ...signs);
    expect([numbers.task, numbers.classes]).toEqual(['classification', ['0', '1']]);
    const words = ['classification.tflite', '--input', 'words.csv', '--target', 'sign'];
    const named = await measured(folder, ...words, '--labels', 'no,ja');
    expect([named.classes, named.converted?.confusion]).toEqual([['no', 'ja'], numbers.converted?.confusion]);
    const sorted = await measured(folder, ...words);
    expect([sorted.classes, sorted.converted?.accuracy]).toEqual([
      ['ja', 'no'],
      expect.closeTo(1 - (numbers.converted?.accuracy as number), 12),
    ]);
    const asNumbers = await measured(folder, ...signs, '--task', 'regression');
    expect(asNumbers.converted).toMatchObject({ mae: expect.any(Number) });
  });

  it('rows that fill the input together are one sample', async () => {
    const { stderr, stdout } = await runMain(folder, [
      ...['evaluate', 'regression.tflite', '--input', 'rows.csv', '--target', 'y', '--json'],
    ]);
    expect(stderr).toContain('is filled by 3 rows: they are one sample');
    const { samples, converted } = JSON.parse(stdout) as Measured;
    const outputs = await predict(folder, 'regression.tflite', [
      [0, 0.1, 0.2],
      [0.3, 0.4, 0.5],
      [0.6, 0.7, 0.8],
    ]);
    const mae = outputs.reduce((sum, output, i) => sum + Math.abs(output - (i + 1)), 0) / 3;
    expect([samples, converted?.mae]).toEqual([3, expect.closeTo(mae, 6)]);
  });

  it('a float model of Keras has its scores under "float"', async () => {
    copyFileSync(resolve('fixtures/keras/tiny.keras'), join(folder, 'tiny.keras'));
    const columns = Array.from({ length: 72 }, (_, i) => i);
    const rows = Array.from({ length: 30 }, (_, row) =>
      [...columns.map((i) => ((row * 37 + i * 11) % 19) / 10 - 0.9), row % 3].join(','),
    );
    writeFileSync(join(folder, 'k.csv'), `${columns.map((i) => `x${i}`).join(',')},y\n${rows.join('\n')}\n`);
    const keras = await measured(folder, 'tiny.keras', '--input', 'k.csv', '--target', 'y');
    expect([keras.converted, keras.classes]).toEqual([undefined, ['0', '1', '2']]);
    await runMain(folder, ['convert', 'tiny.keras', '--float', '-o', 'k.tflite']);
    const { converted } = await measured(folder, 'k.tflite', '--input', 'k.csv', '--target', 'y');
    expect(converted).toEqual({ type: 'float', ...(keras.float as Scores) });
  });

  it.each<[string, readonly string[], number, string]>([
    ['no target', ['--input', 'raw.csv'], 2, 'Name the column with --target (a, b, c, y)'],
    ['a target that is not there', ['--input', 'raw.csv', '--target', 'Y'], 3, 'Did you mean "y"?'],
    ['texts', ['--input', 'texts.csv', '--target', 'y'], 3, 'The column "a" holds texts'],
    ['too many columns', ['--input', 'wide.csv', '--target', 'y'], 3, 'A row has 4 values'],
    ['no kind of data', ['--input', 'noise.bin', '--target', 'y'], 3, 'noise.bin'],
    ['a number too few', ['--input', 'raw.csv', '--target', 'y', '--target', 'c'], 3, 'A row has 2 values'],
    ['nothing to measure on', [], 2, 'MODEL goes with --input'],
    [
      'three classes of two',
      ['--input', 'raw.csv', '--target', 'y', '--task', 'classification', '--labels', 'a,b,c'],
      3,
      'There are 3 classes (a, b, c), and the model decides between 2',
    ],
    [
      'a class without a label',
      ['--input', 'words.csv', '--target', 'sign', '--labels', 'no,yes'],
      3,
      'the class "ja", which --labels does not name',
    ],
    ['two answers', ['--input', 'raw.csv', '--target', 'y', '--class-from', 'file'], 2, '--class-from'],
    [
      'numbers as classes',
      ['--input', 'signs.csv', '--target', 'sign', '--task', 'classification'],
      2,
      'leaves 0 … 1',
    ],
  ])('%s is a sentence', async (_, flags, exit, sentence) => {
    const { code, stderr, stdout } = await runMain(folder, ['evaluate', 'regression.tflite', ...flags]);
    expect([code, stdout, stderr]).toEqual([exit, '', expect.stringContaining(sentence)]);
  });

  it.each([
    ['no.tflite', /^error \S*no\.tflite does not exist/m],
    ['noise.bin', /^error noise\.bin is no model file (?!.*noise)/m],
  ])('a model %s is a sentence that names it once', async (model, sentence) => {
    const argv = ['evaluate', model, '--input', 'raw.csv', '--target', 'y'];
    const { code, stderr } = await runMain(folder, argv);
    expect([code, stderr]).toEqual([3, expect.stringMatching(sentence)]);
  });

  it('needs a model', async () => {
    const { code, stderr } = await runMain(folder, ['evaluate', '--input', 'raw.csv']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('no project of files')]);
  });
});
