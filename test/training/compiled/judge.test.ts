/** TensorFlow.js judges the compiled engine: from the same weights and batches, every epoch gives the same numbers. */

import { describe, expect, it } from 'vitest';
import { createCompiledTrainer } from '../../../src/training/compiled/engine.ts';
import { LAYER_TYPES } from '../../../src/training/layer-table.ts';
import { LOSSES, OPTIMIZERS } from '../../../src/training/recipe.ts';
import { tfjsTrainer } from '../../../src/training/tfjs/tfjs-trainer.ts';
import type { TrainingJob } from '../../../src/training/trainer.ts';
import { createTrainer } from '../../../src/training/trainers.ts';
import { jobOf, train } from './job.ts';
import { coveredTypes, endedCase, LAYER_CASES } from './layer-cases.ts';

async function expectSameTraining(job: TrainingJob, tolerance = 2e-4): Promise<void> {
  const judge = await train((await createTrainer({ backend: 'cpu' }, { tfjs: tfjsTrainer })).trainer, job);
  const compiled = await train(createCompiledTrainer().trainer, job);
  for (const [index, expected] of judge.history.entries()) {
    const actual = compiled.history[index];
    const pairs: [string, number, number][] = [
      ['loss', actual.loss, expected.loss],
      ['valLoss', actual.valLoss, expected.valLoss],
      ...Object.keys(expected.metrics).map((name): [string, number, number] => [
        name,
        actual.metrics[name],
        expected.metrics[name],
      ]),
      ...Object.keys(expected.valMetrics).map((name): [string, number, number] => [
        `val ${name}`,
        actual.valMetrics[name],
        expected.valMetrics[name],
      ]),
    ];
    for (const [name, a, b] of pairs) {
      expect(Math.abs(a - b), `epoch ${index + 1} ${name}: ${a} against ${b}`).toBeLessThan(
        tolerance * Math.max(1, Math.abs(b)),
      );
    }
  }
  expect(compiled.bestEpoch).toBe(judge.bestEpoch);
  for (const [index, weight] of judge.model.weights.entries()) {
    const own = compiled.model.weights[index];
    expect(own.name).toBe(weight.name);
    const initial = job.initialWeights[index].data;
    let moved = 0;
    for (let i = 0; i < weight.data.length; i++) {
      moved = Math.max(moved, Math.abs(weight.data[i] - initial[i]));
      expect(Math.abs(own.data[i] - weight.data[i]), `${weight.name}[${i}]`).toBeLessThan(
        tolerance * Math.max(1, Math.abs(weight.data[i])),
      );
    }
    expect(moved, `${weight.name} was trained`).toBeGreaterThan(0);
  }
}

/** The others are judged in optimizers.test.ts. */
const TFJS_OPTIMIZERS = OPTIMIZERS.filter((name) => name !== 'adamw');

describe('the compiled engine trains as TensorFlow.js does', () => {
  it('has a case for every layer', () => {
    const used = coveredTypes();
    expect(LAYER_TYPES.filter((type) => !used.has(type))).toEqual([]);
  });

  it.each(LAYER_CASES)('%s', async (_, shape, layers) => {
    await expectSameTraining(jobOf(endedCase(shape, layers), shape));
  });

  it.each([
    ...TFJS_OPTIMIZERS.map((optimizer) => ({ optimizer })),
    { optimizer: 'sgd', momentum: 0.9 },
    { optimizer: 'sgd', momentum: 0.8, nesterov: true },
  ])('%j', async (optimizer) => {
    const layers = [
      { type: 'Dense', units: 9, activation: 'relu' },
      { type: 'Dense', units: 3 },
    ];
    await expectSameTraining(
      jobOf(layers, [6], { ...optimizer, learningRate: 0.01, schedule: { type: 'cosine' } }),
    );
  });

  it.each(LOSSES)('loss %s', async (loss) => {
    const ending = { categoricalCrossentropy: 'softmax', binaryCrossentropy: 'sigmoid' } as const;
    const activation = loss in ending ? ending[loss as keyof typeof ending] : 'linear';
    const layers = [
      { type: 'Dense', units: 9, activation: 'relu' },
      { type: 'Dense', units: 3, activation },
    ];
    const kind = activation === 'softmax' ? 'classes' : activation === 'sigmoid' ? 'yes-no' : 'numbers';
    const metrics = kind === 'numbers' ? ['mae', 'mse'] : ['accuracy', 'mse', 'auc'];
    await expectSameTraining(jobOf(layers, [6], { loss, metrics }, 3, kind));
  });

  it('one output, yes or no', async () => {
    const layers = [
      { type: 'Dense', units: 9, activation: 'relu' },
      { type: 'Dense', units: 1, activation: 'sigmoid' },
    ];
    const recipe = { loss: 'binaryCrossentropy', metrics: ['accuracy', 'auc'] };
    await expectSameTraining(jobOf(layers, [6], recipe, 1, 'yes-no'));
  });
});
