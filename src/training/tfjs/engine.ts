/** The training engine on TensorFlow.js. */

import type { BackendName } from '../engine-choice.ts';
import { runEpochs } from '../run-epochs.ts';
import type { Trainer } from '../trainer.ts';
import type { ChosenTrainer } from '../trainers.ts';
import { chooseBackend } from './backend.ts';
import { openSession } from './session.ts';

/** A trainer on the requested backend, or on the best one that loads. */
export async function createTfjsTrainer(requested?: BackendName): Promise<ChosenTrainer> {
  const { name, why } = await chooseBackend(requested);
  const engine = `tfjs/${name}`;
  const trainer: Trainer = {
    engine,
    train: async (job, hooks) => ({ ...(await runEpochs(job, hooks, openSession)), engine }),
  };
  return { trainer, why };
}
