/** How a network of the proposed kind is trained: enough steps for its data, whatever their number. */

import type { Task } from '../../models/score/tasks.ts';
import type { ProjectInput } from '../config.ts';

type Training = NonNullable<ProjectInput['training']>;

const BATCH = 32;
/** Gradient steps in all: enough for small networks, seconds on any machine. */
const STEPS = 12_000;
const LEAST_EPOCHS = 20;
const MOST_EPOCHS = 300;

/** What is made small, and what is told of each epoch. */
const BY_TASK: Readonly<Record<Task, (classes: number) => Training>> = {
  regression: () => ({ loss: 'mse', metrics: ['mae'], targets: 'standard' }),
  anomaly: () => ({ loss: 'mse', metrics: ['mae'] }),
  classification: (classes) => ({
    loss: classes === 2 ? 'binaryCrossentropy' : 'categoricalCrossentropy',
    metrics: ['accuracy'],
  }),
};

/** `samples` are about as many as training will see. */
export function proposeTraining(task: Task, samples: number, classes: number): Training {
  const stepsPerEpoch = Math.max(1, Math.ceil(samples / BATCH));
  const epochs = Math.round(STEPS / stepsPerEpoch);
  return {
    optimizer: 'adam',
    learningRate: 0.003,
    schedule: { type: 'cosine' },
    batchSize: BATCH,
    epochs: Math.min(MOST_EPOCHS, Math.max(LEAST_EPOCHS, epochs)),
    ...BY_TASK[task](classes),
  };
}
