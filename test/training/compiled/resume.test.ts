/** A training that is stopped and goes on comes to what one comes to that was never stopped. */

import { expect, it } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/training/checkpoint.ts';
import { createCompiledTrainer } from '../../../src/training/compiled/engine.ts';
import type { TrainingJob, TrainingResult } from '../../../src/training/trainer.ts';
import { IMAGE, jobOf, train } from './job.ts';

const CONVOLUTIONS = [
  { type: 'Conv2D', filters: 5, kernelSize: 3 },
  { type: 'BatchNormalization' },
  { type: 'Dropout', rate: 0.3 },
  { type: 'MaxPooling2D' },
  { type: 'Flatten' },
  { type: 'Dropout', rate: 0.2 },
  { type: 'Dense', units: 3 },
];
const DENSE = [
  { type: 'Dense', units: 7, activation: 'tanh' },
  { type: 'Dense', units: 3 },
];

const JOBS: readonly (readonly [string, TrainingJob])[] = [
  ['adam, dropout, batch normalization', jobOf(CONVOLUTIONS, IMAGE, { optimizer: 'adam', epochs: 7 })],
  ['rmsprop, cosine', jobOf(DENSE, [6], { optimizer: 'rmsprop', epochs: 7, schedule: { type: 'cosine' } })],
  ['momentum', jobOf(DENSE, [6], { optimizer: 'sgd', momentum: 0.9, epochs: 7 })],
  [
    'early stopping',
    jobOf(DENSE, [6], {
      optimizer: 'adam',
      learningRate: 0.3,
      epochs: 40,
      earlyStopping: { patience: 3, minDelta: 0.01 },
    }),
  ],
];

/** Trains until `epoch` is over, with what an earlier call left; returns what it was stopped with, and left. */
async function trainUntil(
  job: TrainingJob,
  epoch: number,
  left: Uint8Array | undefined,
  kind: 'simd' | 'plain',
): Promise<{ result: TrainingResult; left: Uint8Array | undefined; resumedAt: number | undefined }> {
  const stop = new AbortController();
  let kept = left;
  let resumedAt: number | undefined;
  const result = await createCompiledTrainer(kind).trainer.train(job, {
    signal: stop.signal,
    onEpoch: (record) => {
      if (record.epoch === epoch) stop.abort();
    },
    progress: {
      load: () => kept,
      save: (bytes) => {
        kept = bytes;
      },
    },
    onResume: (epochs) => {
      resumedAt = epochs;
    },
  });
  return { result, left: kept, resumedAt };
}

it.each(JOBS)('%s', async (_, job) => {
  const whole = await train(createCompiledTrainer().trainer, job);
  const length = whole.history.length;
  expect(length).toBeGreaterThan(4);
  for (const [first, second] of [
    [1, 3],
    [2, length - 1],
    [length - 2, length - 1],
  ]) {
    const one = await trainUntil(job, first, undefined, 'simd');
    expect([one.result.stoppedBy, one.result.history.length]).toEqual(['interrupt', first]);
    const two = await trainUntil(job, second, one.left, 'plain');
    expect([two.resumedAt, two.result.history.length]).toEqual([first, second]);
    const three = await trainUntil(job, 0, two.left, 'simd');
    expect(three.resumedAt).toBe(second);
    expect(three.result).toStrictEqual(whole);
  }
});

it('an epoch at which training stops early is its last one, whenever Ctrl-C comes', async () => {
  const [, job] = JOBS[3];
  const whole = await train(createCompiledTrainer().trainer, job);
  expect(whole.stoppedBy).toBe('early-stopping');
  const { result } = await trainUntil(job, whole.history.length, undefined, 'simd');
  expect(result).toStrictEqual(whole);
});

it('a checkpoint survives its bytes, with figures that JSON lacks', () => {
  const checkpoint = {
    history: [
      { epoch: 1, learningRate: 0.1, loss: 1, metrics: {}, valLoss: 2, valMetrics: { auc: Number.NaN } },
    ],
    best: { epoch: 1, valLoss: 2, weights: [{ name: 'a/b', shape: [2], data: Float32Array.of(1, -0) }] },
    patience: { reference: Number.POSITIVE_INFINITY, since: 0 },
    session: { arrays: [Float32Array.of(3), new Float32Array(0)], numbers: [4, -5] },
  };
  const shifted = new Uint8Array(encodeCheckpoint(checkpoint).length + 1);
  shifted.set(encodeCheckpoint(checkpoint), 1);
  expect(decodeCheckpoint(shifted.subarray(1))).toStrictEqual(checkpoint);
});
