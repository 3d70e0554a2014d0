/** A job on several threads: blocks go out as workers become free, results come back in the order of the records. */

import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { BlockSource } from './blocks.ts';
import type { Job, WorkKind, WorkResults } from './record-work.ts';
import { type Answer, type BlockMessage, fromFailure } from './worker-messages.ts';

/** Beside this file, compiled as this file is. */
const WORKER_FILE = new URL(`./record-worker${extname(import.meta.url)}`, import.meta.url);

/** One that is worked on and one that waits, so that a worker need not wait for the main thread. */
const BLOCKS_PER_WORKER = 2;

export interface WorkersPlan {
  readonly threads: number;
  readonly rowsPerBlock: number;
  /** The record to begin with. */
  readonly first: number;
}

export type Take<Kind extends WorkKind> = (result: WorkResults[Kind], start: number, rows: number) => void;

/** Sends blocks and takes results; knows nothing of threads. */
class BlockOrder<Kind extends WorkKind> {
  /** Records whose results have been taken. */
  taken: number;
  readonly #source: BlockSource;
  readonly #plan: WorkersPlan;
  readonly #take: Take<Kind>;
  readonly #waiting = new Map<number, { readonly result: WorkResults[Kind]; readonly rows: number }>();
  readonly #free: ArrayBuffer[] = [];
  #sent: number;

  constructor(source: BlockSource, plan: WorkersPlan, take: Take<Kind>) {
    this.#source = source;
    this.#plan = plan;
    this.#take = take;
    this.#sent = plan.first;
    this.taken = plan.first;
  }

  get done(): boolean {
    return this.taken === this.#source.count;
  }

  /** The next block; undefined at the end, and while too many results wait for one that is late. */
  next(): BlockMessage | undefined {
    const { rowsPerBlock, threads } = this.#plan;
    const ahead = this.#sent - this.taken;
    if (this.#sent === this.#source.count || ahead >= 2 * threads * BLOCKS_PER_WORKER * rowsPerBlock) {
      return undefined;
    }
    const rows = Math.min(rowsPerBlock, this.#source.count - this.#sent);
    const block = this.#free.pop() ?? new ArrayBuffer(rowsPerBlock * this.#source.recordBytes);
    this.#source.read(this.#sent, rows, block);
    const message = { start: this.#sent, rows, block };
    this.#sent += rows;
    return message;
  }

  accept({ start, rows, block, result }: BlockMessage & { readonly result: WorkResults[Kind] }): void {
    this.#free.push(block);
    this.#waiting.set(start, { result, rows });
    let ready = this.#waiting.get(this.taken);
    while (ready !== undefined) {
      this.#waiting.delete(this.taken);
      this.#take(ready.result, this.taken, ready.rows);
      this.taken += ready.rows;
      ready = this.#waiting.get(this.taken);
    }
  }
}

/** A worker, and how many more blocks may be sent to it. */
interface Station {
  readonly worker: Worker;
  room: number;
}

/** Ends when all blocks are taken, or when a worker breaks. */
function exchange<Kind extends WorkKind>(
  stations: readonly Station[],
  order: BlockOrder<Kind>,
  signal: AbortSignal,
): Promise<void> {
  const feed = (): void => {
    for (const station of stations) {
      while (station.room > 0) {
        const message = order.next();
        if (message === undefined) return;
        station.worker.postMessage(message, [message.block]);
        station.room--;
      }
    }
  };
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    for (const station of stations) {
      station.worker.on('message', (answer: Answer<Kind>) => {
        try {
          if ('failure' in answer) throw fromFailure(answer.failure);
          order.accept(answer);
          station.room++;
          feed();
          if (order.done) resolve();
        } catch (error) {
          reject(error);
        }
      });
      // It could not start, or ran out of memory: what is left is computed in this thread.
      station.worker.on('error', () => resolve());
      station.worker.on('exit', () => resolve());
    }
    feed();
  });
}

/**
 * Resolves to the number of records whose results were taken, in order: all of them, or fewer where threads do not run
 * on this machine. Rejects with the error of a block, of `take` or of the source, or with the reason of `signal`.
 * No worker is left when it settles.
 */
export async function runOnWorkers<Kind extends WorkKind>(
  job: Job<Kind>,
  source: BlockSource,
  plan: WorkersPlan,
  signal: AbortSignal,
  take: Take<Kind>,
): Promise<number> {
  const order = new BlockOrder(source, plan, take);
  const stations: Station[] = [];
  try {
    for (let index = 0; index < plan.threads; index++) {
      stations.push({ worker: new Worker(WORKER_FILE, { workerData: job }), room: BLOCKS_PER_WORKER });
    }
    await exchange(stations, order, signal);
  } finally {
    await Promise.all(stations.map(({ worker }) => worker.terminate()));
  }
  return order.taken;
}
