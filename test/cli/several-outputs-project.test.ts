/** A project whose model has two outputs: the class of a gait, and two numbers of whoever walks. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { type InferenceLine, parseInferenceLine } from '../../src/models/firmware/inference-line.ts';
import { runOnCortexM4 } from '../cross/compile.ts';
import { missingCortexM4 } from '../cross/probe.ts';
import { artifact, artifactPath, done } from './project-run.ts';
import { removeFolders, runMain } from './run-main.ts';
import { makeFiles } from './table-projects.ts';

afterAll(removeFolders);

/** The class moves the first column, the numbers the others. */
function readings(count: number): string {
  const random = createRandom(5, 'gait');
  const lines = ['ax,ay,az,gait,speed,load'];
  for (let row = 0; row < count; row++) {
    const gait = row % 3;
    const [speed, load] = [100 + 50 * random.uniform(), 20 * random.uniform()];
    const measured = [gait - 1 + 0.3 * random.normal(), speed / 50, load / 10 + 0.05 * random.normal()];
    const numbers = [...measured, speed, load].map((value) => value.toFixed(4));
    lines.push([...numbers.slice(0, 3), ['idle', 'run', 'walk'][gait], ...numbers.slice(3)].join());
  }
  return `${lines.join('\n')}\n`;
}

const DATASET = {
  source: 'csv',
  path: 'gait.csv',
  features: ['ax', 'ay', 'az'],
  outputs: [
    { name: 'gait', task: 'classification', target: 'gait' },
    { name: 'effort', task: 'regression', target: ['speed', 'load'] },
  ],
  prepare: [{ step: 'standard' }],
};
const LAYERS = [
  { type: 'Dense', units: 16, activation: 'relu', name: 'shared' },
  { type: 'Dense', units: 3, activation: 'softmax', name: 'gait' },
  { type: 'Dense', units: 2, name: 'effort', inputs: ['shared'] },
];
const TRAINING = {
  epochs: 30,
  optimizer: 'adam',
  learningRate: 0.02,
  outputs: { effort: { loss: 'huber', weight: 0.5, targets: 'standard' } },
};
const PROJECT = {
  seed: 2,
  dataset: DATASET,
  model: { layers: LAYERS },
  training: TRAINING,
  quantization: { method: 'fast' },
  check: { flash: 2000, outputs: { gait: { minAccuracy: 0.8 }, effort: { r2: 0.9, minSqnr: 30 } } },
};

function folderWith(project: object = PROJECT): string {
  return makeFiles({ 'gait.csv': readings(300), 'tinyml.config.json': JSON.stringify(project) });
}

describe('a project of two outputs', () => {
  const folder = folderWith();

  beforeAll(async () => {
    await done(folder, 'run');
    writeFileSync(join(folder, 'model.tflite'), artifact(folder, 'convert', 'model.tflite'));
  });

  it('says the class behind the numbers of the output that decides', async () => {
    const argv = ['predict', 'model.tflite', '--input', artifactPath(folder, 'dataset', 'x_test.npy')];
    const { stdout, stderr } = await runMain(folder, argv);
    expect(stderr).toContain('The numbers of "gait" are of the classes "idle", "run", "walk", in this order');
    expect(stdout).toMatch(/^gait \S+ \S+ \S+ (idle|run|walk) {2}effort \S+ \S+\n/);
    const { outputs, classes, predicted } = JSON.parse((await runMain(folder, [...argv, '--json'])).stdout);
    expect(classes).toEqual({ gait: ['idle', 'run', 'walk'] });
    const largest = (row: number[]): number => row.indexOf(Math.max(...row));
    expect(predicted).toEqual(
      outputs.map(({ gait }: { gait: number[] }) => ({ gait: classes.gait[largest(gait)] })),
    );
  });

  it('trains a head for each, and its model has both by name', async () => {
    const history = JSON.parse(artifact(folder, 'train', 'history.json').toString());
    const { metrics, loss } = history[history.length - 1];
    expect(Object.keys(metrics)).toEqual(['gait_loss', 'gait_accuracy', 'effort_loss', 'effort_mae']);
    expect(loss).toBeCloseTo(metrics.gait_loss + 0.5 * metrics.effort_loss, 12);
    const inspected = await done(folder, 'inspect', 'model.tflite');
    expect(inspected).toMatch(/^output {2}gait {2}int8 \[1, 3\]/m);
    expect(inspected).toContain('classes of gait "idle", "run", "walk"');
    expect(inspected).toMatch(/^output {2}effort {2}int8 \[1, 2\]/m);
  });

  it('measures each by its task', async () => {
    const { outputs } = JSON.parse(await done(folder, 'evaluate', '--json'));
    const [gait, effort] = outputs;
    expect([gait.output, gait.task, gait.classes]).toEqual([
      'gait',
      'classification',
      ['idle', 'run', 'walk'],
    ]);
    expect(gait.converted.accuracy).toBeGreaterThan(0.8);
    expect([effort.output, effort.task]).toEqual(['effort', 'regression']);
    expect(effort.converted.r2).toBeGreaterThan(0.9);
    const text = await done(folder, 'evaluate');
    expect(text).toMatch(/output gait[\s\S]*accuracy, %[\s\S]*output effort[\s\S]*MAE/);
  });

  it('measures other data as its own, float and converted, and folds of its own', async () => {
    const project = JSON.parse(await done(folder, 'evaluate', '--input', 'gait.csv', '--json'));
    const model = JSON.parse(await done(folder, 'evaluate', 'model.tflite', '--input', 'gait.csv', '--json'));
    expect(project.outputs.map((one: { output: string }) => one.output)).toEqual(['gait', 'effort']);
    for (const index of [0, 1])
      expect(model.outputs[index].converted).toEqual(project.outputs[index].converted);
    const one = await done(
      folder,
      'evaluate',
      'model.tflite',
      '--output',
      'effort',
      '--input',
      'gait.csv',
      '--json',
    );
    expect(JSON.parse(one).converted).toEqual(model.outputs[1].converted);
    writeFileSync(join(folder, 'far.csv'), 'ax,ay,az,gait,speed,load\n90,1,1,run,10,5\n1,90,1,walk,20,6\n');
    for (const which of [[], ['model.tflite']]) {
      const { code, stderr } = await runMain(folder, ['evaluate', ...which, '--input', 'far.csv']);
      expect([code, stderr.match(/they are cut off there/g)]).toEqual([0, ['they are cut off there']]);
    }
    const folds = JSON.parse(await done(folder, 'evaluate', '--folds', '2', '--json'));
    expect(folds.outputs.map(({ output, task }: Record<string, string>) => [output, task])).toEqual([
      ['gait', 'classification'],
      ['effort', 'regression'],
    ]);
  });

  it('is held against limits of each output, of the project file and of the command line', async () => {
    const rows = JSON.parse(await done(folder, 'check', '--json')).checks;
    expect(rows.map(({ output, check }: Record<string, string>) => [output, check])).toEqual([
      [undefined, 'flash'],
      ['gait', 'accuracy'],
      ['effort', 'sqnr'],
      ['effort', 'r2'],
    ]);
    const own = await runMain(folder, ['check', '--mae', '0', '--output', 'effort']);
    expect([own.code, own.stdout]).toEqual([5, expect.stringContaining('FAIL effort: MAE: ')]);
    const against = await runMain(folder, ['check', '--baseline', 'model.tflite']);
    expect([against.code, against.stdout]).toEqual([0, expect.stringMatching(/gait: accuracy .* ok/)]);
    const nameless = await runMain(folder, ['check', '--mae', '0']);
    expect([nameless.code, nameless.stderr]).toEqual([
      2,
      expect.stringContaining('--output gait, or --output effort'),
    ]);
  });

  it('reports every output, and tells what int8 costs', async () => {
    await done(folder, 'report', '-o', 'report.html');
    const html = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(html).toContain('Scores on the test split: gait');
    expect(html).toContain('Scores on the test split: effort');
    expect(html).toContain('Samples of every class of gait');
    expect(await done(folder, 'doctor')).toMatch(/gait: accuracy, % +effort: MAE/);
    const { metrics, cures } = JSON.parse(String(artifact(folder, 'doctor', 'examination.json')));
    expect([metrics, cures[0].metrics]).toEqual([
      ['gait: accuracy, %', 'effort: MAE'],
      [expect.any(Number), expect.any(Number)],
    ]);
  });

  it.each(['--arduino', '--tflm'])('%s has names for what each output decides', async (layout) => {
    await done(folder, 'convert', '--library', 'chirale');
    await done(folder, 'export-c', layout, layout.slice(2));
    const text = (name: string) => readFileSync(join(folder, layout.slice(2), name), 'utf8');
    expect(text('model_settings.h')).toContain(
      'constexpr const char* kOutputGaitLabels[kOutputGaitLabelCount] = {\n    "idle",\n    "run",\n    "walk",\n};',
    );
    expect(text('model_io.h')).toContain('float dequantize_output_effort(int8_t value)');
    expect(text(layout === '--tflm' ? 'main.cc' : 'arduino.ino')).toContain(
      'line.begin_value("output_gait", kOutputGaitLabels[best_output_gait])',
    );
  });

  const noCortexM4 = missingCortexM4();
  it.skipIf(noCortexM4 !== '')(`passes its self-test of both outputs on a chip ${noCortexM4}`, async () => {
    await done(folder, 'export-c', '--standalone', 'c');
    const c = join(folder, 'c');
    const sources = readdirSync(c).map((name) => [name, readFileSync(join(c, name), 'utf8')]);
    const { stdout, stderr, exitCode } = runOnCortexM4(Object.fromEntries(sources), { strict: true });
    expect([stderr, exitCode]).toEqual(['', 0]);
    // Eight vectors of five bytes: three of one output, two of the other.
    expect(stdout).toMatch(/^tinyml-self-test PASS .* vectors=8 bytes=40/);
    const [line] = /^sample 0: .*$/m.exec(stdout) ?? [];
    const { labels, outputs } = parseInferenceLine(line as string) as InferenceLine;
    const scores = [0, 1, 2].map((place) => outputs[`output_gait_${place}`]);
    expect(labels).toEqual({ output_gait: ['idle', 'run', 'walk'][scores.indexOf(Math.max(...scores))] });
    expect(Object.keys(outputs)).toHaveLength(5);
  });
});

describe('what is wrong in a project of several outputs', () => {
  const [gait, effort] = DATASET.outputs;
  it.each<[string, object, string]>([
    [
      'architecture',
      { model: { architecture: 'mlp' } },
      '"mlp" is for models of one output, and the dataset has 2: gait, effort',
    ],
    [
      'compress',
      { training: { ...TRAINING, compress: [{ method: 'prune' }] } },
      'training.compress trains models of one output',
    ],
    [
      'balance',
      { training: { ...TRAINING, balance: 'batches' } },
      'training.balance counts the classes of models of one output',
    ],
    ['stream', { stream: {} }, 'stream listens with models of one output'],
    ['one loss', { training: { ...TRAINING, loss: 'mse' } }, 'training.loss: every output has its own'],
    ['one limit', { check: { minAccuracy: 0.5 } }, 'check.minAccuracy: every output has its own'],
    [
      'a loss of none',
      { training: { outputs: { weight: {} } } },
      'training.outputs.weight is no output of the dataset',
    ],
    [
      'a limit of none',
      { check: { outputs: { weight: {} } } },
      'check.outputs.weight is no output of the dataset',
    ],
    [
      'a task beside',
      { dataset: { ...DATASET, task: 'regression' } },
      'dataset.task: every one of the "outputs" has its own',
    ],
    ['names', { dataset: { ...DATASET, outputs: [gait, gait] } }, 'two of them have one name'],
    [
      'a class in two columns',
      { dataset: { ...DATASET, outputs: [{ ...gait, target: ['gait', 'load'] }, effort] } },
      'a class stands in one column',
    ],
    [
      'a column',
      { dataset: { ...DATASET, outputs: [gait, { ...effort, target: 'weight' }] } },
      'no column "weight"',
    ],
    ['no layer of a name', { model: { layers: LAYERS.slice(0, 2) } }, 'No layer has the name "effort"'],
    [
      'a layer too narrow',
      { model: { layers: [...LAYERS.slice(0, 2), { ...LAYERS[2], units: 1 }] } },
      'A target of the output "effort" is 2 numbers, but its layer gives [1]',
    ],
    [
      'outputs of one',
      { dataset: { ...DATASET, outputs: undefined, task: 'regression', target: 'speed' }, check: {} },
      'training.outputs is of a dataset with "outputs"',
    ],
    [
      'nothing to learn',
      { dataset: { ...DATASET, outputs: undefined }, check: {} },
      'dataset.task: say what is learned',
    ],
  ])('%s', async (_, changes, message) => {
    const { code, stderr } = await runMain(folderWith({ ...PROJECT, ...changes }), ['train']);
    expect(stderr).toContain(message);
    expect(code).toBe(3);
  });

  it('a search', async () => {
    const { code, stderr } = await runMain(folderWith(), ['search', '--fit', 'ram=16k', '--trials', '2']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('A search tries networks of one output')]);
  });
});
