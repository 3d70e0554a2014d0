/** The entry of a worker thread that evaluates one fold. */

import { parentPort, workerData } from 'node:worker_threads';
import { diskStore } from '../../artifacts/disk-store.ts';
import { silentReporter } from '../../core/reporter.ts';
import { toFailure } from '../../models/run/spread/worker-messages.ts';
import { tfjsTrainer } from '../../training/tfjs/tfjs-trainer.ts';
import { filesOf } from '../search/trial-files.ts';
import { evaluateFold } from './evaluate-fold.ts';
import type { FoldAnswer, FoldWork } from './fold-threads.ts';

const port = parentPort;
if (port === null) throw new Error('fold-worker runs in a worker thread only');
const { task, project, folder } = workerData as FoldWork;
const answer = (message: FoldAnswer): void => port.postMessage(message);

try {
  const evaluation = await evaluateFold(task, {
    store: diskStore(folder),
    report: { ...silentReporter, warn: (message) => answer({ event: 'warned', message }) },
    tfjs: tfjsTrainer,
    listFiles: filesOf({ folder: project }),
  });
  answer({ event: 'done', evaluation });
} catch (error) {
  answer({ event: 'failed', failure: toFailure(error) });
}
