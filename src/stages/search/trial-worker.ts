/** The entry of a worker thread: one trial after another, until the main thread ends it. */

import { parentPort, workerData } from 'node:worker_threads';
import { toFailure } from '../../models/run/spread/worker-messages.ts';
import { tfjsTrainer } from '../../training/tfjs/tfjs-trainer.ts';
import { runTrial } from './run-trial.ts';
import type { Trial } from './trial.ts';
import { filesOf, type TrialFiles } from './trial-files.ts';
import { trialStores } from './trial-stores.ts';
import type { TrialAnswer } from './trial-threads.ts';

const port = parentPort;
if (port === null) throw new Error('trial-worker runs in a worker thread only');
const context = { tfjs: tfjsTrainer, listFiles: filesOf(workerData as TrialFiles) };
const storeFor = trialStores();
const answer = (message: TrialAnswer): void => port.postMessage(message);

port.on('message', async (trial: Trial) => {
  try {
    answer({ event: 'done', result: await runTrial(trial, storeFor(trial), context) });
  } catch (error) {
    answer({ event: 'failed', failure: toFailure(error) });
  }
});
answer({ event: 'ready' });
