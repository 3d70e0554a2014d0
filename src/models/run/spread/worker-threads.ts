/** Node's worker threads. */

import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Job, WorkKind } from './record-work.ts';
import type { Helper, Listener, Threads } from './threads.ts';
import type { Answer } from './worker-messages.ts';

/** Beside this file, as a source and in the bundle. */
const WORKER_FILE = new URL(`./record-worker${extname(import.meta.url)}`, import.meta.url);

function startWorker<Kind extends WorkKind>(job: Job<Kind>, listener: Listener<Kind>): Helper {
  const worker = new Worker(WORKER_FILE, { workerData: job });
  worker.on('message', (answer: Answer<Kind>) => listener.hear(answer));
  worker.on('error', () => listener.lose());
  worker.on('exit', () => listener.lose());
  return {
    post: (message) => worker.postMessage(message, [message.block]),
    end: () => worker.terminate(),
  };
}

/** As many as there are cores, once that is worth the 100 to 250 ms that a worker takes to load. */
export const workerThreads: Threads = { most: availableParallelism(), worthMs: 500, start: startWorker };
