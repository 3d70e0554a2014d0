/** Epochs of the compiled engine, and how long they take. */

import { hasSimd } from '../../src/kernels/simd/simd-instance.ts';
import type { TrainingThreads } from '../../src/training/compiled/crew/training-threads.ts';
import { openCompiledSession } from '../../src/training/compiled/session.ts';
import type { TrainingSession } from '../../src/training/run-epochs.ts';
import { trainingSamples } from '../../src/training/samples/sample-stream.ts';
import type { TrainingJob } from '../../src/training/trainer.ts';
import { median, secondsOf } from './timing.ts';

/** On one thread, or on those that are lent, as `tinyml train` lends them. */
export function openCompiled(job: TrainingJob, lent?: TrainingThreads): TrainingSession {
  return openCompiledSession(job, hasSimd() ? 'simd' : 'plain', lent);
}

/** Trains and validates epoch after epoch. */
export function epochRunner(
  job: TrainingJob,
  session: TrainingSession,
): () => Promise<readonly [number, number]> {
  const samplesOf = trainingSamples(job);
  let epoch = 0;
  return async () => {
    epoch++;
    const trained = await session.trainEpoch(samplesOf(epoch), job.recipe.learningRate);
    const validated = await session.validate();
    return [trained.loss, validated.loss];
  };
}

/** Seconds of one epoch, of some. */
export interface EpochTimes {
  readonly median: number;
  readonly least: number;
}

export async function epochTimes(runEpoch: () => Promise<unknown>, epochs: number): Promise<EpochTimes> {
  const times: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) times.push(await secondsOf(runEpoch));
  return { median: median(times), least: Math.min(...times) };
}
