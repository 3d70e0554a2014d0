/** The training engine that plans the whole step once and runs it without a framework. */

import { runEpochs } from '../run-epochs.ts';
import type { Trainer } from '../trainer.ts';
import { openCompiledSession } from './session.ts';

export function createCompiledTrainer(): { trainer: Trainer; why: string } {
  const engine = 'compiled';
  const trainer: Trainer = {
    engine,
    async train(job, hooks) {
      const outcome = await runEpochs(job, hooks, async () => openCompiledSession(job, 'simd'));
      return { ...outcome, engine };
    },
  };
  return { trainer, why: 'training with the compiled engine' };
}
