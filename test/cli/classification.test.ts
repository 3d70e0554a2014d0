import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifact } from './project-run.ts';
import { makeProject, removeFolders, runMain } from './run-main.ts';

const PROJECT = {
  seed: 3,
  dataset: { source: 'motion', samples: 400, noise: 0.1 },
  model: {
    layers: [
      { type: 'Conv1D', filters: 6, kernelSize: 5, strides: 2, activation: 'relu' },
      { type: 'MaxPooling1D' },
      { type: 'GlobalAveragePooling1D' },
      { type: 'Dense', units: 4, activation: 'softmax' },
    ],
  },
  training: {
    optimizer: 'adam',
    learningRate: 0.02,
    loss: 'categoricalCrossentropy',
    metrics: ['accuracy', 'auc'],
    epochs: 8,
  },
  quantization: { samples: 50 },
};

const CLASSES = ['idle', 'shake', 'clockwise', 'counterclockwise'];

interface RunJson {
  readonly stages: readonly {
    readonly stage: string;
    readonly digest: string;
    readonly files: readonly { readonly path: string }[];
    readonly metrics: Readonly<Record<string, number | string>>;
  }[];
  readonly evaluation: {
    readonly task: string;
    readonly classes: readonly string[];
    readonly float: { readonly accuracy: number; readonly confusion: number[][] };
    readonly converted: { readonly accuracy: number; readonly confusion: number[][] };
    readonly agreement: number;
  };
}

async function runAll(folder: string): Promise<RunJson> {
  const { code, stdout, stderr } = await runMain(folder, ['run', '--json']);
  expect(stderr).not.toContain('error');
  expect(code).toBe(0);
  return JSON.parse(stdout) as RunJson;
}

afterAll(removeFolders);

describe('a classifier of the motion dataset', () => {
  let folder: string;
  let first: RunJson;

  beforeAll(async () => {
    folder = makeProject(PROJECT);
    first = await runAll(folder);
  });

  it('keeps the names of the classes with the samples', () => {
    expect(JSON.parse(artifact(folder, 'dataset', 'classes.json').toString())).toEqual(CLASSES);
  });

  it('is measured by its decisions, with a loss plot and no plot of predictions', () => {
    const { evaluation, stages } = first;
    expect([evaluation.task, evaluation.classes]).toEqual(['classification', CLASSES]);
    const evaluated = stages.find(({ stage }) => stage === 'evaluate');
    const paths = evaluated?.files.map(({ path }) => path);
    expect(paths).toContain('loss.svg');
    expect(paths).not.toContain('predictions.svg');
    for (const { accuracy, confusion } of [evaluation.float, evaluation.converted]) {
      expect(confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(80);
      const right = confusion.reduce((sum, row, index) => sum + row[index], 0);
      expect(accuracy).toBeCloseTo(right / 80, 12);
      expect(confusion.map((row) => row.reduce((sum, count) => sum + count, 0))).toEqual([20, 20, 20, 20]);
      expect(accuracy).toBeGreaterThan(0.5);
    }
    expect(evaluated?.metrics.convertedAccuracy).toBe(evaluation.converted.accuracy);
    expect(evaluation.agreement).toBeGreaterThan(0.9);
  });

  it('prints accuracies and the confusion matrix', async () => {
    for (const command of ['evaluate', 'run']) {
      const { stdout } = await runMain(folder, [command]);
      expect(stdout).toMatch(/accuracy, % +\d+(\.\d+)? +\d+(\.\d+)?\n/);
      expect(stdout).toMatch(/int8: actual ↓ {2}predicted → +idle +shake +clockwise +counterclockwise\n/);
      expect(stdout).toMatch(/ *shake( +\d+){4}\n/);
      expect(stdout).not.toContain('MSE');
    }
  });

  it('has AUC of the validation samples in its history', () => {
    const history = JSON.parse(artifact(folder, 'train', 'history.json').toString()) as {
      metrics: object;
      valMetrics: Record<string, number>;
    }[];
    expect(history).toHaveLength(8);
    expect(history[7].valMetrics.auc).toBeGreaterThan(0.7);
    expect(Object.keys(history[7].metrics)).toEqual(['accuracy']);
  });

  it('gives the same bytes again', async () => {
    const second = await runAll(makeProject(PROJECT));
    expect(second.stages.map(({ digest }) => digest)).toEqual(first.stages.map(({ digest }) => digest));
  });
});

it('a loss that does not fit the dataset is refused with a sentence', async () => {
  const folder = makeProject({
    dataset: { source: 'sine', samples: 50 },
    model: { layers: [{ type: 'Dense', units: 1, activation: 'sigmoid' }] },
    training: { loss: 'binaryCrossentropy' },
  });
  const { code, stderr } = await runMain(folder, ['train']);
  expect(stderr).toContain('needs targets from 0 to 1');
  expect(code).toBe(3);
});
