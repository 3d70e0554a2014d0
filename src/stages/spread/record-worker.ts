/** The entry of a worker thread: one job, answered block by block until the main thread ends it. */

import { parentPort, workerData } from 'node:worker_threads';
import { createWork, type Job } from './record-work.ts';
import { type BlockMessage, toFailure } from './worker-messages.ts';

const port = parentPort;
if (port === null) throw new Error('record-worker runs in a worker thread only');
const work = createWork(workerData as Job);
port.on('message', ({ start, rows, block }: BlockMessage) => {
  try {
    const result = work(block, rows);
    port.postMessage({ start, rows, block, result }, [block]);
  } catch (error) {
    port.postMessage({ failure: toFailure(error) });
  }
});
