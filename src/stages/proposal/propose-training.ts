/** How a network of the proposed kind is trained: enough steps for its data, whatever their number. */

import type { Task } from '../../models/score/tasks.ts';
import type { ProjectInput } from '../config.ts';
import type { SampleKind } from './sample-kind.ts';

type Training = NonNullable<ProjectInput['training']>;

/** Samples in a step: few where there are few, so that an epoch still takes some steps. */
function batchFor(samples: number): number {
  if (samples < 200) return 8;
  return samples < 1000 ? 16 : 32;
}

const LEAST_EPOCHS = 20;
const MOST_EPOCHS = 300;

/** Gradient steps in all. */
const STEPS: Readonly<Record<SampleKind, number>> = {
  row: 20_000,
  series: 12_000,
  waveform: 12_000,
  spectrum: 6000,
  picture: 12_000,
};

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

/** `samples` are about as many as training will see. */
export function proposeTraining(task: Task, kind: SampleKind, samples: number, classes: number): Training {
  const batchSize = batchFor(samples);
  const stepsPerEpoch = Math.max(1, Math.ceil(samples / batchSize));
  const epochs = Math.round(STEPS[kind] / stepsPerEpoch);
  return {
    ...BY_TASK[task](classes),
    learningRate: 0.003,
    schedule: { type: 'cosine' },
    batchSize,
    epochs: Math.min(MOST_EPOCHS, Math.max(LEAST_EPOCHS, epochs)),
  };
}
