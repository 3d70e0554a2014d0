/** Node's worker threads. */

import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TrainingThreads } from './training-threads.ts';

/** Beside this file, as a source and in the bundle. */
const WORKER_FILE = new URL(`./crew-worker${extname(import.meta.url)}`, import.meta.url);

/** As many as there are cores. */
export const trainingThreads: TrainingThreads = {
  most: availableParallelism(),
  start(task) {
    const worker = new Worker(WORKER_FILE, { workerData: task });
    // One that cannot load never says that it has; nobody waits for it.
    worker.on('error', () => {});
    worker.unref();
  },
};
