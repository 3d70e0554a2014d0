/** A thread that keeps another core at work meanwhile: as far as the machine lets two do as much as twice one. */

import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { NetworkName } from '../networks.ts';

/** Where each of the integers lies that both threads see. */
export const WORD = { order: 0, idle: 1, ping: 2, pong: 3 } as const;
/** What the thread is told to do: wait, train epoch after epoch, or answer as long as it is asked. */
export const ORDER = { wait: 0, train: 1, answer: 2 } as const;

export interface OtherCoreTask {
  readonly network: NetworkName;
  readonly words: SharedArrayBuffer;
}

const TURNS = 20_000;
const BLOCKS = 10;
const POLL_MS = 1;

export class OtherCore {
  readonly #words = new Int32Array(new SharedArrayBuffer(4 * Object.keys(WORD).length));
  readonly #worker: Worker;

  constructor(network: NetworkName) {
    const task: OtherCoreTask = { network, words: this.#words.buffer as SharedArrayBuffer };
    this.#worker = new Worker(new URL('./other-core-worker.js', import.meta.url), { workerData: task });
  }

  async #isIdle(idle: 0 | 1): Promise<void> {
    while (Atomics.load(this.#words, WORD.idle) !== idle) await setTimeout(POLL_MS);
  }

  async #during<Result>(order: number, body: () => Promise<Result>): Promise<Result> {
    await this.#isIdle(1);
    Atomics.store(this.#words, WORD.order, order);
    Atomics.notify(this.#words, WORD.order);
    await this.#isIdle(0);
    try {
      return await body();
    } finally {
      Atomics.store(this.#words, WORD.order, ORDER.wait);
      await this.#isIdle(1);
    }
  }

  /** What `body` gives while the other core trains on its own. */
  beside<Result>(body: () => Promise<Result>): Promise<Result> {
    return this.#during(ORDER.train, body);
  }

  /** Nanoseconds that a value takes from one thread to the other and back, at least. */
  roundTrip(): Promise<number> {
    const words = this.#words;
    return this.#during(ORDER.answer, async () => {
      let least = Infinity;
      let turn = Atomics.load(words, WORD.pong);
      for (let block = 0; block < BLOCKS; block++) {
        const started = performance.now();
        for (const last = turn + TURNS; turn < last; ) {
          Atomics.store(words, WORD.ping, ++turn);
          while (Atomics.load(words, WORD.pong) !== turn);
        }
        least = Math.min(least, (1e6 * (performance.now() - started)) / TURNS);
      }
      return least;
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
