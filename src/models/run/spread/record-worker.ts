/** The entry of a worker thread: one job, answered block by block until the main thread ends it. */

import { parentPort, workerData } from 'node:worker_threads';
import { createWork, type Job, type WorkKind } from './record-work.ts';
import { type Answer, type BlockMessage, toFailure } from './worker-messages.ts';

const port = parentPort;
if (port === null) throw new Error('record-worker runs in a worker thread only');
const answer = (message: Answer<WorkKind>, transfer: ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

const work = createWork(workerData as Job);
port.on('message', ({ start, rows, block }: BlockMessage) => {
  try {
    answer({ event: 'done', start, rows, block, result: work(block, rows) }, [block]);
  } catch (error) {
    answer({ event: 'failed', failure: toFailure(error) });
  }
});
answer({ event: 'ready' });
