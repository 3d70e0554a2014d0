/** TensorFlow.js judges the compiled engine: from the same weights and batches, every epoch gives the same numbers. */

import { describe, expect, it } from 'vitest';
import { LAYER_TYPES } from '../../../src/training/layer-table.ts';
import { LOSSES, OPTIMIZERS } from '../../../src/training/recipe.ts';
import { jobOf } from './job.ts';
import { coveredTypes, endedCase, LAYER_CASES } from './layer-cases.ts';
import { expectSameTraining } from './same-training.ts';

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
