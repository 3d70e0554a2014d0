/** How a network of the proposed kind is trained: enough steps for its data, whatever their number. */

import type { Shape } from '../../core/tensor.ts';
import type { Task } from '../../models/score/tasks.ts';
import type { ProjectInput } from '../config.ts';

type Training = NonNullable<ProjectInput['training']>;

/** Samples in a step: few where there are few, so that an epoch still takes some steps. */
function batchFor(samples: number): number {
  if (samples < 200) return 8;
  return samples < 1000 ? 16 : 32;
}

const LEAST_EPOCHS = 20;
const MOST_EPOCHS = 300;

/** Gradient steps in all, by the rank of a sample: rows of a table, windows, pictures. */
const STEPS: readonly number[] = [20_000, 20_000, 12_000, 12_000];

/**
 * What is made small, and what is told of each epoch. Weights of classifiers decay, so that probabilities stay away from 0
 * and 1, where int8 cannot tell them apart.
 */
const BY_TASK: Readonly<Record<Task, (classes: number) => Training>> = {
  regression: () => ({ optimizer: 'adam', loss: 'mse', metrics: ['mae'], targets: 'standard' }),
  anomaly: () => ({ optimizer: 'adam', loss: 'mse', metrics: ['mae'] }),
  classification: (classes) => ({
    optimizer: 'adamw',
    weightDecay: 0.1,
    loss: classes === 2 ? 'binaryCrossentropy' : 'categoricalCrossentropy',
    metrics: ['accuracy'],
  }),
};

/** `samples` are about as many as training will see, each of that shape. */
export function proposeTraining(task: Task, shape: Shape, samples: number, classes: number): Training {
  const batchSize = batchFor(samples);
  const stepsPerEpoch = Math.max(1, Math.ceil(samples / batchSize));
  const epochs = Math.round(STEPS[Math.min(shape.length, STEPS.length - 1)] / stepsPerEpoch);
  return {
    ...BY_TASK[task](classes),
    learningRate: 0.003,
    schedule: { type: 'cosine' },
    batchSize,
    epochs: Math.min(MOST_EPOCHS, Math.max(LEAST_EPOCHS, epochs)),
  };
}
