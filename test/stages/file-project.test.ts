/** What a project of the user's own files comes to behind its dataset. */

import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/artifacts/memory-store.ts';
import type { Anomaly } from '../../src/models/score/evaluation.ts';
import { type ProjectInput, parseProject } from '../../src/stages/config.ts';
import { type Overrides, Pipeline } from '../../src/stages/pipeline.ts';
import type { StageName } from '../../src/stages/stage.ts';
import { readEvaluation } from '../../src/stages/stage-reports.ts';
import { filesOf, rows } from './text-files.ts';

const TABLE = `a,kind,b,y\n${rows(80, (i) => `${i},${'uv'[i % 2]},${10 * (i % 7)},${i % 3 === 0 ? 'yes' : 'no'}`)}`;

const PROJECT: ProjectInput = {
  dataset: {
    source: 'csv',
    path: 't.csv',
    task: 'classification',
    target: 'y',
    prepare: [{ step: 'standard' }],
  },
  model: {
    layers: [
      { type: 'Dense', units: 4, activation: 'relu' },
      { type: 'Dense', units: 1, activation: 'sigmoid' },
    ],
  },
  training: { epochs: 2, loss: 'binaryCrossentropy', metrics: ['accuracy'] },
  quantization: { samples: 40 },
};

/** One project whose file changes from run to run. */
function projectOf(texts: Readonly<Record<string, string>> = { 't.csv': TABLE }) {
  const store = memoryStore();
  return (input: ProjectInput, stage: StageName, overrides: Overrides = {}) =>
    new Pipeline({ config: parseProject(input), store, listFiles: filesOf(texts) }).run(stage, overrides);
}

describe('augmentation', () => {
  const augmented = (augment: object[]): ProjectInput =>
    ({ ...PROJECT, training: { ...PROJECT.training, augment } }) as ProjectInput;

  it('trains another model, and again when it changes, on the same dataset', async () => {
    const run = projectOf();
    const plain = await run(PROJECT, 'train');
    const weights = (outcome: typeof plain) => outcome.artifact.read('weights.bin');
    const noisy = await run(augmented([{ type: 'noise', deviation: 0.1 }]), 'train');
    expect(noisy.ran).toBe(true);
    expect(weights(noisy)).not.toEqual(weights(plain));
    expect((await run(augmented([{ type: 'noise', deviation: 0.1 }]), 'train')).ran).toBe(false);
    expect((await run(augmented([{ type: 'noise', deviation: 0.2 }, { type: 'mixup' }]), 'train')).ran).toBe(
      true,
    );
    expect((await run(PROJECT, 'dataset')).ran).toBe(false);
    expect(weights(await run(PROJECT, 'train'))).toEqual(weights(plain));
  });

  it.each([{ type: 'flip' }, { type: 'shift' }])('%j has no place in rows of numbers', async (augment) => {
    await expect(projectOf()(augmented([augment]), 'train')).rejects.toThrow(`"${augment.type}"`);
  });

  it('of a detector changes what it is to give again as well', async () => {
    const anomaly: ProjectInput = {
      dataset: {
        source: 'csv',
        path: 't.csv',
        task: 'anomaly',
        target: 'y',
        normal: ['no'],
        features: ['a', 'b'],
      },
      model: {
        layers: [
          { type: 'Dense', units: 1 },
          { type: 'Dense', units: 2 },
        ],
      },
      training: { epochs: 1, augment: [{ type: 'mixup' }, { type: 'gain' }] },
    };
    expect((await projectOf()(anomaly, 'train')).ran).toBe(true);
  });
});

describe('firmware', () => {
  const text = async (input: ProjectInput, path: string): Promise<string> => {
    const { artifact } = await projectOf()(input, 'export-c', { layout: 'tflm' });
    return artifact.readText(path);
  };

  it('prepares readings as training did, names of categories included', async () => {
    const header = await text(PROJECT, 'prepare_input.h');
    expect(header).toContain('kReadingLength = 3');
    expect(header).toContain('    "u",\n    "v",\n');
    expect(await text(PROJECT, 'prepare_input.cc')).toContain('// 1. one-hot');
    expect(await text(PROJECT, 'model_settings.h')).toContain('    "no",\n    "yes",\n');
  });

  it('of a detector tells anomalies by the threshold of its evaluation', async () => {
    const detector: ProjectInput = {
      dataset: {
        source: 'csv',
        path: 't.csv',
        task: 'anomaly',
        target: 'y',
        normal: ['no'],
        features: ['a', 'b'],
      },
      model: { layers: [{ type: 'Dense', units: 2, activation: 'sigmoid' }] },
      training: { epochs: 1 },
      quantization: { samples: 20 },
    };
    const run = projectOf();
    const { artifact } = await run(detector, 'export-c', { layout: 'arduino' });
    const { artifact: evaluation } = await run(detector, 'evaluate');
    const measured = readEvaluation(evaluation) as Anomaly;
    const [, threshold] = /kAnomalyThreshold = (.*)f;/.exec(artifact.readText('model_settings.h')) ?? [];
    expect(Math.fround(Number(threshold))).toBe(measured.converted.threshold);
    expect(artifact.readText('sketch.ino')).toContain('is_anomaly(error)');
    expect(artifact.readText('model_settings.h')).not.toContain('kLabels');
  });

  it('subtracts and multiplies where that is all', async () => {
    const dataset = { ...PROJECT.dataset, features: ['a', 'b'] } as ProjectInput['dataset'];
    expect(await text({ ...PROJECT, dataset }, 'model_settings.h')).toContain('kNormalizationOffset');
    await expect(text({ ...PROJECT, dataset }, 'prepare_input.h')).rejects.toThrow('prepare_input.h');
  });
});
