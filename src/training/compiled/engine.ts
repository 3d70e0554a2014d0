/** The training engine that plans the whole step once and runs it without a framework. */

import { hasSimd } from '../../kernels/simd/simd-instance.ts';
import type { HeapKind } from '../../kernels/training/heap.ts';
import { runEpochs } from '../run-epochs.ts';
import type { Trainer } from '../trainer.ts';
import type { TrainingThreads } from './crew/training-threads.ts';
import { openCompiledSession } from './session.ts';

const WHY: Readonly<Record<HeapKind, string>> = {
  simd: 'The compiled engine trains with WebAssembly SIMD.',
  plain: 'The compiled engine trains in plain JavaScript, slower: WebAssembly SIMD does not run here.',
};

/** On WebAssembly SIMD where the machine has it, and on the threads that are lent where they gain time. */
export function createCompiledTrainer(
  kind: HeapKind = hasSimd() ? 'simd' : 'plain',
  lent?: TrainingThreads,
): {
  trainer: Trainer;
  why: string;
} {
  // Not what it runs on: both kinds of memory train the same bytes.
  const engine = 'compiled';
  const trainer: Trainer = {
    engine,
    async train(job, hooks) {
      const outcome = await runEpochs(job, hooks, async (given) => openCompiledSession(given, kind, lent));
      return { ...outcome, engine };
    },
  };
  return { trainer, why: WHY[kind] };
}
